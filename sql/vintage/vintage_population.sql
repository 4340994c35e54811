-- One row per file, area and year: the population estimated for it.
select
    extract_id,
    area,
    'population' as measure,
    make_date(year, 1, 1) as period_start,
    make_date(year, 12, 31) as period_end,
    sum(population)::double as numerator,
    null::double as denominator,
    null::bigint as under_investigation
from stg_population
group by all
