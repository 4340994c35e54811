-- One row per indicator, quarter and place (the force, then each comparator): offences per 1,000 people over 12 months.
with place as (
    select
        force_area as place,
        force_area as name,
        -1 as position,
        force_area as force
    from plan_run
    union all
    select
        comparator,
        name,
        position,
        force
    from plan_comparator_force
),

quarter as (
    select distinct
        k.indicator,
        k.period_end
    from kpi_period as k
    inner join plan_indicator as i on k.indicator = i.indicator
    inner join plan_run as r on k.period_end <= r.as_of
    where k.grain = 'quarter' and i.per_1000_people
),

force_twelve_months as (
    select
        q.indicator,
        q.period_end,
        t.area as force,
        count(t.numerator) as quarters,
        sum(t.numerator) as numerator
    from quarter as q
    inner join kpi_part as t
        on
            q.indicator = t.indicator
            and q.period_end >= t.period_start
            and (q.period_end + 1 - interval 12 month)::date <= t.period_start
    group by all
)

select
    q.indicator,
    q.period_end,
    p.place,
    p.name,
    p.position,
    count(*) as expected_forces,
    count(case when t.quarters = 4 and n.population > 0 then 1 end) as received_forces,
    min(n.population_year) as population_year,
    -- A rate stands for all of its forces or it does not stand.
    case
        when count(*) = count(case when t.quarters = 4 and n.population > 0 then 1 end)
            then sum(t.numerator) * 1000 / sum(n.population)
    end as rate_per_1000
from quarter as q
cross join place as p
left join force_twelve_months as t
    on q.indicator = t.indicator and q.period_end = t.period_end and p.force = t.force
left join kpi_population as n on q.period_end = n.period_end and p.force = n.force
group by q.indicator, q.period_end, p.place, p.name, p.position
