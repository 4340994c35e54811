-- One row per fault of a record: its number (the header is record 1), the column, and what is wrong with it.
with repeated as (
    select
        record,
        row_number() over same_day as times,
        first_value(record) over same_day as first_record
    from series_typed
    where (series_id, day) in (
        select (t.series_id, t.day) from series_typed as t
        where t.day is not null
        group by t.series_id, t.day
        having count(*) > 1
    )
    window same_day as (partition by series_id, day order by record)
)

select
    record,
    'series_id' as column_name,
    'is empty' as reason
from series_typed
where coalesce(series_id, '') = ''
union all
select
    record,
    'date' as column_name,
    '''' || coalesce(date, '') || ''' is not a date such as 2023-04-01' as reason
from series_typed
where day is null
union all
select
    record,
    'value' as column_name,
    '''' || value_text || ''' is not a number' as reason
from series_typed
where value_text != '' and (value is null or not isfinite(value))
union all
select
    record,
    'denominator' as column_name,
    '''' || denominator_text || ''' is not a number' as reason
from series_typed
where denominator_text != '' and (denominator is null or not isfinite(denominator))
union all
select
    record,
    'date' as column_name,
    'stands twice in this series (first in record ' || first_record || ')' as reason
from repeated
where times > 1
