-- One row per fault of a record, in a file of figures or of dates: its number, the column, and what is wrong with it.
with faulty as (
    select
        t.record,
        t.day,
        t.value,
        t.denominator,
        r.largest,
        left(t.series_id::varchar, 40) as series_text,
        left(t.date::varchar, 40) as date_text,
        left(g.value, 40) as value_text,
        left(g.denominator, 40) as denominator_text
    from series_typed as t
    cross join series_reading as r
    inner join series_given as g on t.record = g.rowid + r.first_record
    where t.has_fault
)

select
    record,
    'series_id' as column_name,
    'is empty' as reason
from faulty
where coalesce(series_text, '') = ''
union all
select
    record,
    'date' as column_name,
    case
        when coalesce(date_text, '') = '' then 'is empty'
        else '''' || date_text || ''' is not a date such as 2023-04-01 or 2023-04'
    end as reason
from faulty
where day is null
union all
select
    record,
    'value' as column_name,
    '''' || value_text || case
        when value is null then ''' is not a number'
        else ''' lies beyond what can be reckoned with'
    end as reason
from faulty
where value_text != '' and (value is null or abs(value) > largest)
union all
select
    record,
    'denominator' as column_name,
    '''' || denominator_text || case
        when denominator is null then ''' is not a number'
        else ''' lies beyond what can be reckoned with'
    end as reason
from faulty
where
    denominator_text != ''
    and coalesce(denominator != 0 and abs(denominator) not between 1 / largest and largest, true)
