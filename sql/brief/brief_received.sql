-- One row per source: the file received last, and the last period that any of its indicators has a figure for.
select
    s.source,
    s.title,
    s.illustrative,
    s.declared_received,
    (
        select max(f.received) from extract_file as f
        where f.source = s.source
    ) as received,
    (
        select max(v.period_start) from kpi_value as v
        where v.source = s.source and v.is_own_grain and v.received_parts > 0
    ) as last_period,
    (
        select any_value(i.frequency) from plan_indicator as i
        where i.source = s.source
    ) as frequency,
    (
        select max(p.year) from stg_population as p
        where p.source = s.source
    ) as last_year
from plan_source as s
order by s.position
