-- One row per force, financial quarter and offence subgroup: the offences in it.
select
    crime.force,
    financial_year || ' Q' || financial_quarter as period,
    offence_subgroup as category,
    cast(sum(offences) as bigint) as count
from stg_recorded_crime as crime
group by all
order by crime.force, period, category
