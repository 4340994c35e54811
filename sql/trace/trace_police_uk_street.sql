-- One row per staged police.uk row behind one indicator's figure for one area and period.
with asked as (
    select
        $indicator as indicator,
        $area as area,
        $first::date as first_day,
        $last::date as last_day
)

select
    t.extract_id,
    t.member,
    t.record,
    concat_ws(', ', t.crime_type, t.lsoa_name, t.location) as what,
    1::double as amount
from asked
inner join plan_indicator as i on asked.indicator = i.indicator
inner join plan_indicator_select as s on i.indicator = s.indicator
inner join plan_area_part as p on asked.area = p.area
inner join plan_area as a on p.part = a.area
inner join stg_street_crime as t
    on
        i.source = t.source
        and s.item = t.crime_type
        and a.local_authority = t.local_authority
        and a.police_uk = t.force
inner join kpi_part as k
    on
        i.indicator = k.indicator
        and a.area = k.area
        and t.period_start = k.period_start
        and t.extract_id = k.extract_id
where t.period_start between asked.first_day and asked.last_day
order by t.extract_id, t.member, t.record
