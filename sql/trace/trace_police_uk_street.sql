-- One row per staged police.uk row behind one indicator's figure for one area and period.
select
    t.extract_id,
    t.member,
    t.record,
    concat_ws(', ', t.crime_type, t.lsoa_name, t.location) as what,
    1::double as amount
from stg_street_crime as t
inner join plan_indicator as i on i.indicator = $indicator and t.source = i.source
inner join plan_indicator_select as s on s.indicator = i.indicator and t.crime_type = s.item
inner join plan_area_part as p on p.area = $area
inner join plan_area as a on p.part = a.area and t.local_authority = a.local_authority
inner join kpi_part as k
    on
        k.indicator = i.indicator
        and k.area = a.area
        and k.period_start = t.period_start
        and k.extract_id = t.extract_id
where t.period_start between $first and $last
order by t.extract_id, t.member, t.record
