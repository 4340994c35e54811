-- One row per source with records that were refused: how many are left out of the figures.
with reject as (
    select source from rej_recorded_crime
    union all
    select source from rej_street_crime
    union all
    select source from rej_crime_outcome
    union all
    select source from rej_force_return
    union all
    select source from rej_population
)

select
    source,
    count(*) as records
from reject
group by source
order by source
