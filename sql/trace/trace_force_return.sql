-- One row per staged row of the plain return behind one indicator's figure for one area and period.
select
    t.extract_id,
    t.member,
    t.record,
    concat_ws(', ', t.measure, t.area, t.period_start::varchar)
    || coalesce(' (of ' || format('{:.10g}', t.denominator) || ')', '') as what,
    t.numerator as amount
from stg_force_return as t
inner join plan_indicator as i on i.indicator = $indicator and t.source = i.source
inner join plan_indicator_select as s on s.indicator = i.indicator and t.measure = s.item
inner join plan_area_part as p on p.area = $area and t.area = p.part
inner join kpi_part as k
    on
        k.indicator = i.indicator
        and k.area = t.area
        and k.period_start = t.period_start
        and k.extract_id = t.extract_id
where
    t.period_start between $first and $last
    -- A file may hold months and quarters; the indicator is made of one of them.
    and date_diff('month', t.period_start, t.period_end + 1) = case when i.frequency = 'month' then 1 else 3 end
order by t.extract_id, t.member, t.record
