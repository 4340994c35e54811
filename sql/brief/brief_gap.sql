-- One row per run of charted periods without a figure: its first and last period, and how many.
with missing as (
    select
        p.indicator,
        i.position,
        p.period_start,
        p.period_end,
        row_number() over (partition by p.indicator order by p.period_start)
        - row_number() over (
            partition by p.indicator, p.value is null and not v.is_suppressed order by p.period_start
        ) as run,
        p.value is null and not v.is_suppressed as is_missing
    from flag_point as p
    inner join plan_indicator_area as a on p.indicator = a.indicator and p.area = a.area and a.position = 0
    inner join plan_indicator as i on p.indicator = i.indicator and i.shown = 'standing'
    inner join kpi_value as v
        on p.indicator = v.indicator and p.area = v.area and p.period_start = v.period_start and v.is_own_grain
    where p.is_shown
)

select
    indicator,
    min(period_start) as first_period,
    max(period_end) as last_period,
    count(*) as periods
from missing
where is_missing
group by indicator, position, run
order by position, first_period
