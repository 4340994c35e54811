-- One row per indicator and place: offences per 1,000 people in the twelve months that end with the reported quarter.
select
    k.indicator,
    k.place,
    k.name,
    k.rate_per_1000,
    k.population_year,
    k.expected_forces,
    k.received_forces
from kpi_rate as k
inner join plan_run as r on k.period_end = r.quarter_end
inner join plan_indicator as i on k.indicator = i.indicator
order by i.position, k.position
