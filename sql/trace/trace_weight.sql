-- One row per test and baseline period: the figure and its weight; their products add up to what was expected.
with asked as (
    select
        $indicator as indicator,
        $area as area,
        $first as first_day,
        $last as last_day
),

weighed as (
    select
        s.series,
        s.test,
        unnest(f.baseline_positions) as position,
        unnest(f.weights) as weight
    from flag_span as s
    inner join asked as a on s.indicator = a.indicator and s.area = a.area and s.span_end = a.last_day
    inner join flag_forecast as f on s.series = f.series and s.test = f.test
    where s.test in ('quarter', 'year') and a.first_day < a.last_day
)

select
    w.test,
    p.period_start,
    v.value / coalesce(v.denominator, 1) as value,
    w.weight
from weighed as w
inner join flag_span_value as v on w.series = v.series and w.test = v.test and w.position = v.position
inner join flag_point as p on w.series = p.series and w.position = p.position
order by w.test, w.position
