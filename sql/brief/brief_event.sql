-- One row per event that falls in an indicator's charted history.
with shown as (
    select
        indicator,
        min(period_start) as first_shown,
        max(period_end) as last_shown
    from flag_point
    where is_shown
    group by all
)

select
    e.indicator,
    e.event,
    e.title,
    e.starts,
    e.ends,
    e.excludes
from plan_event as e
inner join plan_indicator as i on e.indicator = i.indicator and i.shown = 'standing'
inner join shown as s on e.indicator = s.indicator
where coalesce(e.ends, e.starts) >= s.first_shown and e.starts <= s.last_shown
order by i.position, e.starts, e.event
