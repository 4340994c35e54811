-- One row per faulty record of a file of dates: its number (the header is record 1), the column, and what is wrong.
select
    rowid + 2 as record,
    case when coalesce(series_id, '') = '' then 'series_id' else 'date' end as column_name,
    case
        when coalesce(series_id, '') = '' then 'is empty'
        else '''' || coalesce(date, '') || ''' is not a date such as 2023-04-01'
    end as reason
from series_text
where
    coalesce(series_id, '') = ''
    or try_cast(case when length(date) = 7 then date || '-01' else date end as timestamp) is null
