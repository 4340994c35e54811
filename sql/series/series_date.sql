-- One row per series and date of a file of dates; a month is its first day.
select distinct
    series_id,
    cast(case when length(date) = 7 then date || '-01' else date end as timestamp) as day
from series_text
