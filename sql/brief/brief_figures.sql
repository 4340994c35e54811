-- One row per expected period of each indicator and area, also where nothing was received: figures.csv.
select
    v.indicator,
    v.area,
    v.period_start,
    v.period_end,
    v.numerator,
    v.denominator,
    v.value,
    v.unit,
    v.expected_parts,
    v.received_parts,
    v.source,
    v.extract_id,
    case when r.is_printed_differently then 'r' else '' end as revised,
    case when v.is_suppressed then '[c]' end as mark
from kpi_value as v
inner join plan_indicator as i on v.indicator = i.indicator
inner join plan_indicator_area as a on v.indicator = a.indicator and v.area = a.area
left join kpi_revision as r
    on v.indicator = r.indicator and v.area = r.area and v.grain = r.grain and v.period_start = r.period_start
order by i.position asc, a.position asc, v.grain desc, v.period_start asc
