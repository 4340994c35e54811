-- One row per context indicator and area: the last twelve months for which every month has been received.
with latest as (
    select
        t.indicator,
        t.area,
        max(t.period_end) as period_end
    from kpi_twelve_months as t
    inner join plan_indicator as i on t.indicator = i.indicator and i.shown = 'context'
    where t.value is not null
    group by all
)

select
    t.indicator,
    i.title,
    i.source,
    t.area,
    n.name as area_name,
    t.period_start,
    t.period_end,
    t.value
from kpi_twelve_months as t
inner join latest as l on t.indicator = l.indicator and t.area = l.area and t.period_end = l.period_end
inner join plan_indicator as i on t.indicator = i.indicator
inner join plan_indicator_area as a on t.indicator = a.indicator and t.area = a.area
inner join plan_area as n on t.area = n.area
order by i.position, a.position
