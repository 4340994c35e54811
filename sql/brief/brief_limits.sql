-- One row per charted indicator and segment that has limits, cut to the history that is shown.
with shown as (
    select
        indicator,
        area,
        min(period_start) filter (where is_shown) as first_shown
    from flag_point
    group by all
)

select
    l.indicator,
    l.segment,
    greatest(l.first_period, s.first_shown) as first_period,
    l.last_period,
    l.centre_line,
    l.lower_limit,
    l.upper_limit
from flag_limits as l
inner join plan_indicator_area as a on l.indicator = a.indicator and l.area = a.area and a.position = 0
inner join plan_indicator as i on l.indicator = i.indicator and i.shown = 'standing'
inner join shown as s on l.indicator = s.indicator and l.area = s.area
where l.status = 'limits' and l.last_period >= s.first_shown
order by i.position, l.segment
