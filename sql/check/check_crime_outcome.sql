-- One row per force, month and outcome type: the records of it.
select
    force,
    strftime(period_start, '%Y-%m') as period,
    outcome_type as category,
    count(*) as count
from stg_crime_outcome
group by all
order by force, period, category
