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
    or not regexp_matches(coalesce(date, ''), '^\d')
    or not coalesce(
        isfinite(try_cast(case when date similar to '\d{4}-\d{2}' then date || '-01' else date end as timestamp)), false
    )
