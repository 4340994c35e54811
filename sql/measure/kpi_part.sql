-- One row per indicator, area and smallest period received, whatever the layout it came in.
select * from kpi_part_recorded_crime
union all by name
select * from kpi_part_street_crime
union all by name
select * from kpi_part_force_return
