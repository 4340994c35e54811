-- One row per record of the file as the chart tables take it (flag_series), in the order of series and date.
with dated as (
    select
        n.series,
        i.day,
        epoch_us(i.day) as position,
        i.value,
        i.denominator,
        r.day is not null as is_rebase,
        x.day is not null as is_excluded
    from series_input as i
    inner join series_name as n on i.series_id = n.series_id
    left join series_rebase as r on i.series_id = r.series_id and i.day = r.day
    left join series_exclude as x on i.series_id = x.series_id and i.day = x.day
),

segmented as (
    select
        *,
        -- A rebase on the first date starts nothing new.
        1 + count(*) filter (where is_rebase) over so_far
        - first_value(case when is_rebase then 1 else 0 end) over so_far as segment
    from dated
    window so_far as (partition by series order by position)
)

select
    s.series,
    s.segment::integer as segment,
    s.position,
    o.chart,
    s.value,
    s.denominator,
    o.baseline is null
    or row_number() over (partition by s.series, s.segment order by s.position) <= o.baseline as is_baseline,
    s.is_excluded
from segmented as s
cross join series_option as o
order by s.series, s.position
