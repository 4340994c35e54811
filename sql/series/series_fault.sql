-- One row per fault of a record: its number (the header is record 1), the column, and what is wrong with it.
with typed as (
    select
        rowid + 2 as record,
        series_id,
        date as date_text,
        value as value_text,
        denominator as denominator_text,
        try_cast(case when date similar to '\d{4}-\d{2}' then date || '-01' else date end as timestamp) as day,
        try_cast(value as double) as value,
        try_cast(denominator as double) as denominator
    from series_text
),

twice as (
    select
        series_id,
        day
    from typed
    where day is not null
    group by series_id, day
    having count(*) > 1
),

repeated as (
    select
        t.record,
        row_number() over same_day as times,
        first_value(t.record) over same_day as first_record
    from typed as t
    inner join twice as w on t.series_id = w.series_id and t.day = w.day
    window same_day as (partition by t.series_id, t.day order by t.record)
)

select
    record,
    'series_id' as column_name,
    'is empty' as reason
from typed
where coalesce(series_id, '') = ''
union all
select
    record,
    'date' as column_name,
    '''' || coalesce(date_text, '') || ''' is not a date such as 2023-04-01' as reason
from typed
-- DuckDB takes words such as infinity for a time.
where day is null or not isfinite(day) or not regexp_matches(date_text, '^\d')
union all
select
    record,
    'value' as column_name,
    '''' || value_text || ''' is not a number' as reason
from typed
where value_text != '' and (value is null or not isfinite(value) or contains(value_text, '_'))
union all
select
    record,
    'denominator' as column_name,
    '''' || denominator_text || ''' is not a number' as reason
from typed
where denominator_text != '' and (denominator is null or not isfinite(denominator) or contains(denominator_text, '_'))
union all
select
    record,
    case when abs(value) > 1e100 then 'value' else 'denominator' end as column_name,
    'is too large or too small to be charted' as reason
from typed
-- Beyond these, squares and shares of figures leave the range of numbers.
where
    isfinite(coalesce(value, 0)) and isfinite(coalesce(denominator, 0))
    and (abs(value) > 1e100 or abs(denominator) > 1e100 or (denominator > 0 and denominator < 1e-100))
union all
select
    record,
    'date' as column_name,
    'stands twice in this series (first in record ' || first_record || ')' as reason
from repeated
where times > 1
