-- One row per area, grain and period of one indicator, with the tables it was made by.
with asked as (select $indicator as indicator)

select
    v.indicator,
    v.area,
    v.grain,
    v.period_start,
    v.period_end,
    v.numerator,
    v.denominator,
    v.value,
    v.unit,
    v.expected_parts,
    v.received_parts,
    v.extract_id,
    v.is_suppressed,
    i.title,
    i.begins,
    s.layout,
    case s.layout
        when 'home_office_prc' then 'stg_recorded_crime'
        when 'police_uk_street' then 'stg_street_crime'
        else 'stg_force_return'
    end as stage_table,
    case s.layout
        when 'home_office_prc' then 'kpi_part_recorded_crime'
        when 'police_uk_street' then 'kpi_part_street_crime'
        else 'kpi_part_force_return'
    end as part_table
from asked
inner join kpi_value as v on asked.indicator = v.indicator
inner join plan_indicator as i on v.indicator = i.indicator
inner join plan_source as s on v.source = s.source
inner join plan_indicator_area as a on v.indicator = a.indicator and v.area = a.area
order by a.position, v.grain, v.period_start
