-- One row per record whose series has an earlier record of the same time or period: its number, column, what is wrong.
with repeated as (
    select
        record,
        series_id,
        date,
        row_number() over same_day as times,
        first_value(record) over same_day as first_record,
        first_value(date) over same_day as first_date
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
    p.record,
    'date' as column_name,
    '''' || p.date::varchar || ''' '
    || case
        when r.periods_per_year is null then 'stands twice in series '''
        else 'lies in a period that stands already in series '''
    end
    || left(p.series_id::varchar, 40)
    || ''' (record ' || p.first_record || ': ''' || p.first_date::varchar || ''')' as reason
from repeated as p
cross join series_reading as r
where p.times > 1
