-- One row per record of a file of dates that names no record of the input: its number, the column, and what is wrong.
select
    record,
    case when series is null then 'series_id' else 'date' end as column_name,
    case
        when series is null then '''' || left(series_id::varchar, 40) || ''' is not a series of the input'
        else '''' || date::varchar || ''' is not a date of series ''' || left(series_id::varchar, 40) || ''''
    end as reason
from series_date
where not has_record
order by record
