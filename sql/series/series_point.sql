-- One row per record of the series in hand as the chart tables take it (flag_series).
with segmented as (
    select
        i.series,
        s.segment::integer as segment,
        epoch_us(i.day) as position,
        i.value,
        i.denominator,
        x.day is not null as is_excluded
    from series_input as i
    inner join series_part as p on i.series between p.first_series and p.last_series
    inner join series_segment as s on i.series = s.series and i.day >= s.begins and i.day < s.ends
    left join series_exclude as x on i.series = x.series and i.day = x.day
),

-- The last row of each segment's baseline, where a number of rows was asked for.
baseline_end as (
    select
        p.series,
        p.segment,
        p.position
    from segmented as p
    inner join series_option as o on o.baseline is not null
    qualify row_number() over (partition by p.series, p.segment order by p.position) = any_value(o.baseline) over ()
)

select
    p.series,
    p.segment,
    p.position,
    o.chart,
    p.value,
    p.denominator,
    p.position <= coalesce(e.position, p.position) as is_baseline,
    p.is_excluded
from segmented as p
left join baseline_end as e on p.series = e.series and p.segment = e.segment
cross join series_option as o
