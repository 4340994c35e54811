-- One row per test of an indicator's area whose span ends with the period: what was expected, and by which model.
with asked as (
    select
        $indicator as indicator,
        $area as area,
        $first as first_day,
        $last as last_day
)

select
    s.test,
    f.status,
    f.observed,
    f.expected,
    f.low98,
    f.high98,
    f.p,
    f.model,
    f.nu,
    f.weight_independent,
    f.weight_wandering
from flag_span as s
inner join asked as a on s.indicator = a.indicator and s.area = a.area and s.span_end = a.last_day
inner join flag_forecast as f on s.series = f.series and s.test = f.test
where s.test in ('quarter', 'year') and a.first_day < a.last_day
order by s.test
