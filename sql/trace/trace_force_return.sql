-- One row per staged row of the plain return behind one indicator's figure for one area and period.
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
    concat_ws(', ', t.measure, t.area, t.period_start::varchar)
    || coalesce(' (of ' || format('{:.10g}', t.denominator) || ')', '') as what,
    t.numerator as amount
from asked
inner join plan_indicator as i on asked.indicator = i.indicator
inner join plan_indicator_select as s on i.indicator = s.indicator
inner join plan_area_part as p on asked.area = p.area
inner join stg_force_return as t on i.source = t.source and s.item = t.measure and p.part = t.area
inner join kpi_part as k
    on
        i.indicator = k.indicator
        and t.area = k.area
        and t.period_start = k.period_start
        and t.extract_id = k.extract_id
where
    t.period_start between asked.first_day and asked.last_day
    -- A file may hold months and quarters; the indicator is made of one of them.
    and date_diff('month', t.period_start, t.period_end + 1) = case when i.frequency = 'month' then 1 else 3 end
order by t.extract_id, t.member, t.record
