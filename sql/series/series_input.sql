-- One row per record of the file: the number of its series and what its cells are read as; the date as given too.
select
    n.series,
    t.record,
    t.date,
    t.day,
    t.value,
    t.denominator
from series_typed as t
inner join series_name as n on t.series_id = n.series_id
