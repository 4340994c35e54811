-- One row per staged row of the Home Office table behind one indicator's figure for one force and quarter.
with asked as (
    select
        $indicator as indicator,
        $area as area,
        $first::date as first_day,
        $last::date as last_day
),

wanted as (
    select
        s.indicator,
        s.field,
        list(lower(s.item)) as items
    from plan_indicator_select as s
    inner join asked on s.indicator = asked.indicator
    group by all
)

select
    t.extract_id,
    t.member,
    t.record,
    concat_ws(', ', t.offence_subgroup, t.offence_description, t.offence_code) as what,
    t.offences::double as amount
from asked
inner join plan_indicator as i on asked.indicator = i.indicator
inner join wanted as w on i.indicator = w.indicator
inner join stg_recorded_crime as t on i.source = t.source and asked.area = t.force
inner join kpi_part as k
    on
        i.indicator = k.indicator
        and t.force = k.area
        and t.period_start = k.period_start
        and t.extract_id = k.extract_id
where
    t.period_start between asked.first_day and asked.last_day
    and case w.field
        when 'groups' then lower(t.offence_group) in w.items
        when 'subgroups' then lower(t.offence_subgroup) in w.items
        when 'all_groups_except' then lower(t.offence_group) not in w.items
    end
order by t.extract_id, t.member, t.record
