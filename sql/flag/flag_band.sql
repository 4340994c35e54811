-- One row per charted series and period: its point, its process and warning limits, and its side of the centre line.
-- Formulas and constants: docs/methods.md.
with width as (
    select
        s.series,
        s.segment,
        s.position,
        s.chart,
        s.is_excluded,
        s.y as scaled_y,
        s.moving_range,
        s.way,
        s.size,
        l.level,
        l.centre_line,
        l.average_range,
        l.status,
        case l.status
            when 'limits'
                then
                    case s.chart
                        when 'i' then 2.66 * l.average_range
                        when 't' then 3 / 1.128 * l.average_range
                        when 'mr' then 2.267 * l.level
                        when 'c' then 3 * sqrt(l.level)
                        when 'g' then 3 * sqrt(l.level * (l.level + 1))
                        when 'p' then 3 * sqrt(l.level * (1 - l.level) / s.size)
                        when 'u' then 3 * sqrt(l.level / s.size)
                        when 'pp' then 3 * sqrt(l.level * (1 - l.level) / s.size) * l.average_range / 1.128
                        when 'up' then 3 * sqrt(l.level / s.size) * l.average_range / 1.128
                    end
        end as half_width
    from flag_step as s
    inner join flag_limits as l on s.series = l.series and s.segment = l.segment
),

possible as (
    select
        *,
        -- XmR limits are not clipped; counts, shares and times end at what is possible.
        case when chart = 'i' then '-inf'::double else 0 end as least,
        case when chart in ('p', 'pp') then 1 else 'inf'::double end as most,
        case when chart = 't' then 3.6 else 1 end as power
    from width
),

limited as (
    select
        series,
        segment,
        position,
        chart,
        is_excluded,
        moving_range,
        way,
        status,
        centre_line,
        case when power = 1 then scaled_y else pow(scaled_y, power) end as y,
        case when half_width is not null then pow(greatest(level - half_width, least), power) end as lower_limit,
        case when half_width is not null then pow(least(level + half_width, most), power) end as upper_limit,
        case
            when half_width is not null then pow(greatest(level - half_width * 2 / 3, least), power)
        end as lower_warning,
        case when half_width is not null then pow(least(level + half_width * 2 / 3, most), power) end as upper_warning,
        -- Two numbers nearer than this are one: sums of fractions differ in their last digits.
        1e-13 * greatest(abs(pow(scaled_y, power)), coalesce(average_range, 0)) as tolerance
    from possible
)

select
    *,
    -- On the centre line, within the tolerance, is on neither side.
    case when abs(y - centre_line) <= tolerance then 0 else sign(y - centre_line) end as side,
    coalesce(y - upper_limit > tolerance or lower_limit - y > tolerance, false) as is_outside,
    coalesce(y - upper_warning > tolerance or lower_warning - y > tolerance, false) as is_beyond_warning
from limited
