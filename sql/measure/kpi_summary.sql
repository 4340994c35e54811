-- One row per indicator and area: the reported quarter, the same quarter a year before, and twelve months to date.
select
    a.indicator,
    a.area,
    r.quarter_start as period_start,
    r.quarter_end as period_end,
    q.value,
    q.numerator,
    q.denominator,
    -- None where the indicator begins after the quarter's first day: nothing is expected then.
    q.expected_parts,
    q.received_parts,
    coalesce(q.is_suppressed, false) as is_suppressed,
    coalesce(y.is_suppressed, false) as year_before_is_suppressed,
    coalesce(t.is_suppressed, false) as twelve_months_is_suppressed,
    coalesce(b.is_suppressed, false) as twelve_months_before_is_suppressed,
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
cross join plan_indicator as i
inner join plan_indicator_area as a on i.indicator = a.indicator
left join kpi_value as q
    on a.indicator = q.indicator and a.area = q.area and q.grain = 'quarter' and r.quarter_start = q.period_start
left join kpi_value as y
    on
        a.indicator = y.indicator
        and a.area = y.area
        and y.grain = 'quarter'
        and y.period_start = (r.quarter_start - interval 12 month)::date
left join kpi_twelve_months as t on a.indicator = t.indicator and a.area = t.area and r.quarter_end = t.period_end
left join kpi_twelve_months as b
    on a.indicator = b.indicator and a.area = b.area and r.quarter_start = b.period_end + 1 + interval 9 month
