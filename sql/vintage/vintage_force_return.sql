-- One row per file, area, period and measure: what was returned for it.
select
    extract_id,
    area,
    measure,
    period_start,
    period_end,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    null::bigint as under_investigation
from stg_force_return
group by all
