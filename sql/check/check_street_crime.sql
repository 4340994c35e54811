-- One row per force, month and crime type: the records of it.
select
    crime.force,
    strftime(period_start, '%Y-%m') as period,
    crime_type as category,
    count(*) as count
from stg_street_crime as crime
group by all
order by crime.force, period, category
