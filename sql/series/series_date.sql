-- One row per series and date of a file of dates.
select distinct
    series_id,
    cast(case when date similar to '\d{4}-\d{2}' then date || '-01' else date end as timestamp) as day
from series_text
