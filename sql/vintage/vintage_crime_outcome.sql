-- One row per file, force, month and outcome type: its records.
select
    outcome.extract_id,
    outcome.force as area,
    outcome.outcome_type as measure,
    outcome.period_start,
    outcome.period_end,
    count(*)::double as numerator,
    null::double as denominator,
    null::bigint as under_investigation
from stg_crime_outcome as outcome
group by all
