-- One row per record of the file, in the order of series and date: its limits, what marks it, and the run tests.
select
    n.series_id,
    i.date,
    b.y as value,
    i.denominator,
    b.chart,
    b.segment,
    b.centre_line,
    b.lower_limit,
    b.upper_limit,
    b.lower_warning as warning_lower,
    b.upper_warning as warning_upper,
    b.moving_range,
    m.rule is not null as signal,
    m.rule,
    m.direction,
    case
        when m.rule is null then null
        when o.better = 'neither' then 'neither'
        when (o.better = 'higher') = (m.direction = 'up') then 'improvement'
        else 'concern'
    end as meaning,
    coalesce(r.has_run_signal, false) as runs_signal,
    r.longest_run,
    r.longest_run_max,
    r.crossings,
    r.crossings_min
from series_input as i
inner join series_name as n on i.series = n.series
inner join flag_band as b on i.series = b.series and epoch_us(i.day) = b.position
inner join flag_mark as m on b.series = m.series and b.segment = m.segment and b.position = m.position
left join flag_run as r on b.series = r.series and b.segment = r.segment
cross join series_option as o
order by n.series, b.position
