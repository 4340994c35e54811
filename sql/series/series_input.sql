-- One row per record of the file: its number, the series, the date as given and as a time or as the first day of its
-- period, and its numbers; an empty one is a gap.
select
    record,
    series_id,
    date,
    day,
    value,
    denominator
from series_typed
