-- One row per record of the file: the series, the date as given and as a time, and its numbers; an empty one is a gap.
select
    series_id,
    date,
    cast(case when date similar to '\d{4}-\d{2}' then date || '-01' else date end as timestamp) as day,
    cast(nullif(value, '') as double) as value,
    cast(nullif(denominator, '') as double) as denominator
from series_text
