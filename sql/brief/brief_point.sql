-- One row per charted period of each indicator's first area: the value and how its point is drawn.
select
    p.indicator,
    p.area,
    p.period_start,
    p.period_end,
    p.value,
    case
        when v.is_suppressed then 'confidential'
        when p.value is null then 'missing'
        when p.is_excluded then 'excluded'
        when m.direction = 'up' then 'high'
        when m.direction = 'down' then 'low'
        else 'ordinary'
    end as mark,
    p.is_reported
from flag_point as p
inner join plan_indicator_area as a on p.indicator = a.indicator and p.area = a.area and a.position = 0
inner join plan_indicator as i on p.indicator = i.indicator and i.shown = 'standing'
left join kpi_value as v
    on p.indicator = v.indicator and p.area = v.area and p.period_start = v.period_start and v.is_own_grain
left join flag_mark as m on p.series = m.series and p.position = m.position
where p.is_shown
order by i.position, p.period_start
