-- One row per staged row of the Home Office table behind one indicator's figure for one force and quarter.
select
    t.extract_id,
    t.member,
    t.record,
    concat_ws(', ', t.offence_subgroup, t.offence_description, t.offence_code) as what,
    t.offences::double as amount
from stg_recorded_crime as t
inner join plan_indicator as i on i.indicator = $indicator and t.source = i.source
inner join kpi_part as k
    on
        k.indicator = i.indicator
        and k.area = t.force
        and k.period_start = t.period_start
        and k.extract_id = t.extract_id
where
    t.force = $area
    and t.period_start between $first and $last
    and case
        when exists (
            select 1 from plan_indicator_select as s
            where s.indicator = $indicator and s.field = 'all_groups_except'
        )
            then not exists (
                select 1 from plan_indicator_select as s
                where s.indicator = $indicator and lower(s.item) = lower(t.offence_group)
            )
        else exists (
            select 1 from plan_indicator_select as s
            where
                s.indicator = $indicator
                and lower(s.item) = lower(case s.field when 'groups' then t.offence_group else t.offence_subgroup end)
        )
    end
order by t.extract_id, t.member, t.record
