-- One row per level piece of an indicator's limits: a segment, or a period where limits follow the size, if shown.
with band as (
    select
        p.indicator,
        p.series,
        b.segment,
        b.chart in ('p', 'pp', 'u', 'up') as is_by_period,
        p.period_start,
        b.centre_line,
        b.lower_limit,
        b.upper_limit
    from flag_band as b
    inner join flag_point as p on b.series = p.series and b.position = p.position
    inner join flag_limits as l on b.series = l.series and b.segment = l.segment
    where
        p.is_shown
        and b.position between l.first_position and l.last_position
        and l.status in ('limits', 'median_only')
)

select
    b.indicator,
    b.segment,
    min(b.period_start) as first_period,
    max(b.period_start) as last_period,
    any_value(b.centre_line) * any_value(i.scale) as centre_line,
    any_value(b.lower_limit) * any_value(i.scale) as lower_limit,
    any_value(b.upper_limit) * any_value(i.scale) as upper_limit
from band as b
inner join plan_indicator as i on b.indicator = i.indicator and i.shown = 'standing'
inner join plan_indicator_area as a on b.indicator = a.indicator and a.position = 0
inner join flag_point as p on b.series = p.series and b.period_start = p.period_start and a.area = p.area
group by b.indicator, b.segment, i.position, case when b.is_by_period then b.period_start end
order by i.position, first_period
