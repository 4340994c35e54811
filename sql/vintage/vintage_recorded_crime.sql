-- One row per file, force, financial quarter and offence subgroup: the offences in it.
select
    crime.extract_id,
    crime.force as area,
    crime.offence_subgroup as measure,
    crime.period_start,
    crime.period_end,
    sum(crime.offences)::double as numerator,
    null::double as denominator,
    null::bigint as under_investigation
from stg_recorded_crime as crime
group by all
