-- One row per figure that differs from the paper compared with, in the order of the indicators and the newest first.
select
    v.indicator,
    coalesce(i.title, v.indicator) as title,
    v.area,
    coalesce(n.name, v.area) as area_name,
    v.period_start,
    v.period_end,
    v.value_before,
    v.value,
    v.extract_id_before,
    v.extract_id,
    v.source,
    v.received_before,
    v.received,
    v.reason,
    v.is_printed_differently,
    v.is_asked,
    v.change_pct,
    coalesce(i.unit, '') as unit,
    v.decimals,
    coalesce(s.title, v.source) as source_title,
    coalesce(s.illustrative, false) as illustrative
from kpi_revision as v
left join plan_indicator as i on v.indicator = i.indicator
left join plan_area as n on v.area = n.area
left join plan_indicator_area as a on v.indicator = a.indicator and v.area = a.area
left join plan_source as s on v.source = s.source
order by i.position asc, a.position asc, v.period_start desc, v.period_end desc, v.indicator asc, v.area asc
