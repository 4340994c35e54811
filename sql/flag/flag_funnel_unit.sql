-- One row per standing indicator of recorded crime and force of the widest comparator: twelve months' offences, people.
with widest as (
    select comparator
    from plan_comparator_force
    group by comparator
    -- Of several with as many forces, the one that the panel names first.
    order by count(*) desc, min(position)
    limit 1
),

period as (
    select
        (quarter_end + 1 - interval 12 month)::date as period_start,
        quarter_end as period_end,
        force_area
    from plan_run
),

force_twelve_months as (
    select
        t.indicator,
        t.area as force,
        count(t.numerator) as quarters,
        sum(t.numerator) as numerator
    from kpi_part as t
    inner join period as p on t.period_start between p.period_start and p.period_end
    group by all
)

select
    i.indicator,
    c.comparator,
    c.force,
    c.force = p.force_area as is_own_force,
    p.period_start,
    p.period_end,
    coalesce(t.quarters, 0) as quarters,
    case when t.quarters = 4 then t.numerator end as numerator,
    n.population,
    n.population_year,
    -- A force is compared whole or not at all.
    case
        when coalesce(t.quarters, 0) < 4 then 'missing_quarter'
        when coalesce(n.population, 0) <= 0 then 'missing_population'
        else 'compared'
    end as status
from plan_indicator as i
-- The Home Office table is the one source that has every force.
inner join plan_source as s on i.source = s.source and s.layout = 'home_office_prc'
cross join period as p
inner join plan_comparator_force as c on c.comparator in (select comparator from widest)
left join force_twelve_months as t on i.indicator = t.indicator and c.force = t.force
left join kpi_population as n on p.period_end = n.period_end and c.force = n.force
where i.shown = 'standing' and i.per_1000_people
order by i.position, c.force
