-- One row per indicator, force and quarter that the latest Home Office table holds: the quarter's sum of offences.
with extract_quarter as (
    select distinct
        source,
        period_start,
        extract_id
    from stg_recorded_crime
),

-- A quarter is read from the table received last that holds it; tables are never mixed inside a quarter.
vintage as (
    select
        c.source,
        c.period_start,
        arg_max(c.extract_id, (f.received, f.arrival)) as extract_id
    from extract_quarter as c
    inner join extract_file as f on c.extract_id = f.extract_id
    group by all
),

offence as (
    select
        c.source,
        c.extract_id,
        c.period_start,
        c.force,
        lower(c.offence_group) as offence_group,
        lower(c.offence_subgroup) as offence_subgroup,
        sum(c.offences) as offences
    from stg_recorded_crime as c
    inner join vintage as v on c.source = v.source and c.period_start = v.period_start and c.extract_id = v.extract_id
    group by all
),

wanted as (
    select
        s.indicator,
        i.source,
        s.field,
        lower(s.item) as item
    from plan_indicator_select as s
    inner join plan_indicator as i on s.indicator = i.indicator
    where s.field in ('groups', 'subgroups', 'all_groups_except')
),

category as (
    select distinct
        source,
        period_start,
        offence_group,
        offence_subgroup
    from offence
),

excepting as (
    select distinct
        indicator,
        source
    from wanted
    where field = 'all_groups_except'
),

-- A category counts in a quarter only if the table holds it for some force in that quarter.
chosen as (
    select
        w.indicator,
        c.source,
        c.period_start,
        c.offence_group,
        c.offence_subgroup
    from wanted as w
    inner join category as c on w.source = c.source
    where
        (w.field = 'groups' and w.item = c.offence_group)
        or (w.field = 'subgroups' and w.item = c.offence_subgroup)
    union all
    select
        i.indicator,
        c.source,
        c.period_start,
        c.offence_group,
        c.offence_subgroup
    from excepting as i
    inner join category as c on i.source = c.source
    where
        not exists (
            select 1 from wanted as w
            where w.indicator = i.indicator and w.item = c.offence_group
        )
),

-- An indicator has a figure in a quarter only if every category that it names exists in it.
held as (
    select
        w.indicator,
        c.source,
        c.period_start
    from wanted as w
    inner join chosen as c on w.indicator = c.indicator
    group by all
    having
        count(distinct w.item) = count(distinct case
            when w.field = 'all_groups_except' or w.item in (c.offence_group, c.offence_subgroup) then w.item
        end)
),

force_quarter as (
    select distinct
        source,
        extract_id,
        period_start,
        force
    from offence
)

select
    h.indicator,
    q.force as area,
    q.period_start,
    -- No row of the force for a category that exists elsewhere is a count of nought.
    coalesce(sum(o.offences), 0)::double as numerator,
    null::double as denominator,
    q.extract_id
from held as h
inner join force_quarter as q on h.source = q.source and h.period_start = q.period_start
inner join chosen as c
    on h.indicator = c.indicator and h.source = c.source and h.period_start = c.period_start
left join offence as o
    on
        q.source = o.source
        and q.period_start = o.period_start
        and q.force = o.force
        and c.offence_group = o.offence_group
        and c.offence_subgroup = o.offence_subgroup
group by all
