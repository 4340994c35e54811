-- One row per record that its chart cannot take: the series, its date, and what is wrong with it.
select
    i.series_id,
    i.date,
    case
        when c.chart in ('p', 'pp', 'u', 'up') and not c.has_denominator then 'has no denominator'
        when i.denominator < 0 then 'has a denominator below nought'
        when c.chart in ('p', 'pp') and i.value > i.denominator then 'has a value above its denominator'
        when c.chart = 't' and i.value <= 0 then 'has a time between events that is not above nought'
        else 'has a value below nought'
    end as reason
from series_input as i
inner join series_name as n on i.series_id = n.series_id
inner join flag_series as s on n.series = s.series and epoch_us(i.day) = s.position
inner join flag_chart as c on s.series = c.series and s.segment = c.segment
where
    (c.chart in ('p', 'pp', 'u', 'up') and not c.has_denominator)
    or i.denominator < 0
    or (c.chart in ('p', 'pp') and i.denominator > 0 and i.value > i.denominator)
    or (c.chart = 't' and i.value <= 0)
    or (c.chart in ('p', 'pp', 'u', 'up', 'c', 'g') and i.value < 0)
order by i.series_id, i.day
