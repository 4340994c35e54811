-- One row per force, month and outcome type: the records of it.
select
    outcome.force,
    strftime(period_start, '%Y-%m') as period,
    outcome_type as category,
    count(*) as count
from stg_crime_outcome as outcome
group by all
order by outcome.force, period, category
