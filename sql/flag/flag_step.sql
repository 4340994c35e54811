-- One row per charted series and period: its point on the scale of its chart, and the point before it.
with sized as (
    select
        s.series,
        s.segment,
        s.position,
        c.chart,
        s.is_baseline,
        s.is_excluded,
        s.value,
        case when s.denominator > 0 then s.denominator end as size,
        case
            when c.chart in ('c', 'g', 't') or not c.has_denominator then s.value
            when s.denominator > 0 then s.value / s.denominator
        end as y
    from flag_series as s
    inner join flag_chart as c on s.series = c.series and s.segment = c.segment
),

scaled as (
    -- Times between rare events are made nearly normal by this power (Nelson 1994); charts print them as they are.
    select * replace (case when chart = 't' then pow(y, 1 / 3.6) else y end as y)
    from sized
),

stepped as (
    -- An excluded period is passed over; a missing one is not: nothing bridges a gap.
    select
        *,
        lag(y) over series_before as y_before,
        lag(size) over series_before as size_before
    from scaled
    window series_before as (partition by series, segment, is_excluded order by position)
)

select
    series,
    segment,
    position,
    chart,
    is_baseline and not is_excluded as is_base,
    is_excluded,
    value,
    size,
    y_before,
    size_before,
    case when not is_excluded then abs(y - y_before) end as moving_range,
    sign(y - y_before) as way,
    case when chart != 'mr' then y when not is_excluded then abs(y - y_before) end as y
from stepped
