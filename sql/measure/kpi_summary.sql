-- One row per indicator and area: the reported quarter, the same quarter a year before, and twelve months to date.
select
    q.indicator,
    q.area,
    q.period_start,
    q.period_end,
    q.value,
    q.numerator,
    q.denominator,
    q.expected_parts,
    q.received_parts,
    y.value as year_before,
    q.value - y.value as change,
    -- A change in per cent is said of counts only, and only of a number that is not tiny.
    case when i.kind = 'count' and y.value >= 10 then (q.value - y.value) / y.value * 100 end as change_pct,
    t.value as twelve_months,
    b.value as twelve_months_before,
    t.value - b.value as twelve_months_change,
    case
        when i.kind = 'count' and b.value >= 10 then (t.value - b.value) / b.value * 100
    end as twelve_months_change_pct
from plan_run as r
inner join kpi_value as q on r.quarter_start = q.period_start and q.grain = 'quarter'
inner join plan_indicator as i on q.indicator = i.indicator
left join kpi_value as y
    on
        q.indicator = y.indicator
        and q.area = y.area
        and y.grain = 'quarter'
        and y.period_start = (q.period_start - interval 12 month)::date
left join kpi_twelve_months as t on q.indicator = t.indicator and q.area = t.area and q.period_end = t.period_end
left join kpi_twelve_months as b
    on q.indicator = b.indicator and q.area = b.area and q.period_start = b.period_end + 1 + interval 9 month
