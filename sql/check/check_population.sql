-- One row per area and year: the population of it.
select
    area as force,
    cast(year as varchar) as period,
    'population' as category,
    cast(sum(population) as bigint) as count
from stg_population
group by all
order by area, period, category
