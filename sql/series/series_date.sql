-- One row per record of a file of dates: its number, the series that it names, if the input has it, and whether the
-- input has a record of that date. Series are compared as text, as the one file may be CSV and the other Parquet.
select
    t.record,
    t.series_id,
    t.date,
    n.series,
    t.day,
    i.day is not null as has_record
from series_typed as t
left join series_name as n on t.series_id::varchar = n.series_id::varchar
left join series_input as i on n.series = i.series and t.day = i.day
