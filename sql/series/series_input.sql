-- One row per record of the file: the series, the date as given and as a time, and its numbers; an empty one is a gap.
select
    series_id,
    date,
    day,
    value,
    denominator
from series_typed
