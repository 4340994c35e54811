-- One row per series and judged period as the chart tables take it: raw numbers, a gap where there is nothing to judge.
select
    p.series,
    p.segment,
    p.position,
    i.chart,
    case
        when not p.is_judged then null
        when i.kind = 'mean' and i.chart not in ('u', 'up') then p.numerator / p.denominator
        else p.numerator
    end as value,
    case
        when p.is_judged and (i.kind = 'share' or i.chart in ('u', 'up')) then p.denominator
    end as denominator,
    p.is_in_baseline as is_baseline,
    false as is_excluded
from flag_point as p
inner join plan_indicator as i on p.indicator = i.indicator
where p.position >= -p.baseline_length
