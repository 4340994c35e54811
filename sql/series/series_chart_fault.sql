-- One row per record that its chart cannot take: its number, the column, and what is wrong with it.
with charted as (
    select
        i.record,
        i.series_id,
        i.value,
        i.denominator,
        c.segment,
        c.chart,
        c.has_denominator
    from series_input as i
    inner join series_name as n on i.series_id = n.series_id
    inner join flag_series as s on n.series = s.series and epoch_us(i.day) = s.position
    inner join flag_chart as c on s.series = c.series and s.segment = c.segment
)

select
    min(record) as record,
    'denominator' as column_name,
    'is empty in a whole segment of series ''' || left(any_value(series_id)::varchar, 40) || '''' as reason
from charted
where chart in ('p', 'pp', 'u', 'up') and not has_denominator
group by series_id, segment
union all
select
    record,
    'denominator' as column_name,
    denominator || ' is below nought' as reason
from charted
where denominator < 0
union all
select
    record,
    'value' as column_name,
    value || ' is above its denominator ' || denominator as reason
from charted
where chart in ('p', 'pp') and value > denominator and denominator > 0
union all
select
    record,
    'value' as column_name,
    value || case
        when chart = 't' then ' is not above nought, as a time between events is'
        else ' is below nought'
    end as reason
from charted
where (chart in ('p', 'pp', 'u', 'up', 'c', 'g') and value < 0) or (chart = 't' and value <= 0)
