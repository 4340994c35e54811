-- One row per area, grain and period of one indicator, with the tables it was made by.
select
    v.*,
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
from kpi_value as v
inner join plan_indicator as i on v.indicator = i.indicator
inner join plan_source as s on v.source = s.source
inner join plan_indicator_area as a on v.indicator = a.indicator and v.area = a.area
where v.indicator = $indicator
order by a.position, v.grain, v.period_start
