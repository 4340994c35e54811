-- One row per indicator, area and smallest period received, whatever the layout it came in.
select
    indicator,
    area,
    period_start,
    numerator,
    denominator,
    extract_id
from kpi_part_recorded_crime
union all
select
    indicator,
    area,
    period_start,
    numerator,
    denominator,
    extract_id
from kpi_part_street_crime
union all
select
    indicator,
    area,
    period_start,
    numerator,
    denominator,
    extract_id
from kpi_part_force_return
