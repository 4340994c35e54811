-- One row per record of the file: its number (the header is record 1), its cells as text, and what they are read as.
select
    rowid + 2 as record,
    series_id,
    date,
    value as value_text,
    denominator as denominator_text,
    -- A month is its first day.
    try_cast(case when length(date) = 7 then date || '-01' else date end as timestamp) as day,
    try_cast(nullif(value, '') as double) as value,
    try_cast(nullif(denominator, '') as double) as denominator
from series_text
