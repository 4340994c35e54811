-- One row per indicator, area and quarter: the twelve months that end with it, whole or not at all.
select
    k.indicator,
    k.area,
    k.period_end,
    (k.period_end + 1 - interval 12 month)::date as period_start,
    -- Made of published quarters alone: whoever has those learns nothing more from it.
    bool_or(t.is_suppressed) as is_suppressed,
    case when count(t.numerator) = 4 then sum(t.numerator) end as numerator,
    case when count(t.numerator) = 4 then sum(t.denominator) end as denominator,
    case
        when count(t.numerator) < 4 then null
        when i.kind = 'count' then sum(t.numerator) * i.scale
        when sum(t.denominator) > 0 then sum(t.numerator) / sum(t.denominator) * i.scale
    end as value
from kpi_value as k
inner join plan_indicator as i on k.indicator = i.indicator
inner join kpi_value as t
    on
        k.indicator = t.indicator
        and k.area = t.area
        and t.grain = 'quarter'
        and k.period_end >= t.period_end
        and (k.period_end + 1 - interval 12 month)::date < t.period_end
where k.grain = 'quarter'
group by k.indicator, k.area, k.period_end, i.kind, i.scale
