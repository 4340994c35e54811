-- One row per record that its chart cannot take: its number, the column, and what is wrong with it.
with faulty as (
    select
        s.series,
        s.position,
        c.segment,
        c.chart,
        c.has_denominator
    from flag_series as s
    inner join flag_chart as c on s.series = c.series and s.segment = c.segment
    where
        (c.chart in ('p', 'pp', 'u', 'up') and not c.has_denominator)
        or s.denominator < 0
        or (c.chart in ('p', 'pp') and s.value > s.denominator and s.denominator > 0)
        or (c.chart in ('p', 'pp', 'u', 'up', 'c', 'g') and s.value < 0)
        or (c.chart = 't' and s.value <= 0)
),

charted as (
    select
        i.record,
        i.series,
        i.value,
        i.denominator,
        f.segment,
        f.chart,
        f.has_denominator
    from faulty as f
    inner join series_input as i on f.series = i.series and f.position = epoch_us(i.day)
)

select
    min(c.record) as record,
    'denominator' as column_name,
    'is empty in a whole segment of series ''' || left(any_value(n.series_id)::varchar, 40) || '''' as reason
from charted as c
inner join series_name as n on c.series = n.series
where c.chart in ('p', 'pp', 'u', 'up') and not c.has_denominator
group by c.series, c.segment
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
