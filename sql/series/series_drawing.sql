-- One row per record of the file, in the order of series and date: what its drawing shows.
select
    n.series_id,
    i.date,
    i.day,
    b.chart,
    b.y as value,
    b.centre_line,
    b.lower_limit,
    b.upper_limit,
    m.rule is not null as signal,
    m.direction
from series_input as i
inner join series_name as n on i.series = n.series
inner join flag_band as b on i.series = b.series and epoch_us(i.day) = b.position
inner join flag_mark as m on b.series = m.series and b.segment = m.segment and b.position = m.position
order by n.series, b.position
