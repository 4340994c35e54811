-- One row per force, financial quarter and offence subgroup: the offences in it.
select
    force,
    financial_year || ' Q' || financial_quarter as period,
    offence_subgroup as category,
    cast(sum(offences) as bigint) as count
from stg_recorded_crime
group by all
order by force, period, category
