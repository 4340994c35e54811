-- One row per file, force, month and crime type: its records, and those of them that were still under investigation.
select
    crime.extract_id,
    crime.force as area,
    crime.crime_type as measure,
    crime.period_start,
    crime.period_end,
    count(*)::double as numerator,
    null::double as denominator,
    count(*) filter (crime.last_outcome = 'Under investigation') as under_investigation
from stg_street_crime as crime
group by all
