-- One row per fault of a record, in a file of figures or of dates: its number, the column, and what is wrong with it.
select
    record,
    'series_id' as column_name,
    'is empty' as reason
from series_typed
where coalesce(series_id::varchar, '') = ''
union all
select
    record,
    'date' as column_name,
    case
        when coalesce(date::varchar, '') = '' then 'is empty'
        else '''' || left(date::varchar, 40) || ''' is not a date such as 2023-04-01 or 2023-04'
    end as reason
from series_typed
where day is null
union all
select
    record,
    'value' as column_name,
    '''' || left(value_text, 40) || ''' is not a number' as reason
from series_typed
where value is null and value_text != ''
union all
select
    t.record,
    'value' as column_name,
    '''' || left(t.value_text, 40) || ''' lies beyond what can be reckoned with' as reason
from series_typed as t
cross join series_reading as r
where abs(t.value) > r.largest
union all
select
    record,
    'denominator' as column_name,
    '''' || left(denominator_text, 40) || ''' is not a number' as reason
from series_typed
where denominator is null and denominator_text != ''
union all
select
    t.record,
    'denominator' as column_name,
    '''' || left(t.denominator_text, 40) || ''' lies beyond what can be reckoned with' as reason
from series_typed as t
cross join series_reading as r
where abs(t.denominator) > r.largest
