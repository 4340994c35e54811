-- One row per series and segment: the centre line of its chart, what its limits rest on, and why there may be none.
-- Formulas and constants: docs/methods.md. The limits of each period, which depend on its size, are in flag_mark.
-- Sums are taken in the order of time, so that a series gives the same digits alone and among others, on every run.
with listed as (
    select
        series,
        segment,
        any_value(chart) as chart,
        min(position) filter (where y is not null) as first_position,
        max(position) filter (where y is not null) as last_position,
        count(y) filter (where is_base) as points,
        median(y) filter (where is_base and chart in ('run', 'g')) as median_y,
        list(y order by position) filter (where is_base and y is not null) as base,
        list(value order by position) filter (where is_base and y is not null) as counts,
        list(size order by position) filter (where is_base and y is not null) as sizes
    from flag_step
    group by series, segment
),

centre as (
    select
        * exclude (base, counts, sizes),
        case
            when chart in ('p', 'pp', 'u', 'up') then list_aggregate(counts, 'fsum') / list_aggregate(sizes, 'fsum')
            else list_aggregate(base, 'favg')
        end as level
    from listed
),

ranges as (
    select
        s.series,
        s.segment,
        list(
            case s.chart
                when 'pp'
                    then
                        abs(
                            (s.y - c.level) / sqrt(c.level * (1 - c.level) / s.size)
                            - (s.y_before - c.level) / sqrt(c.level * (1 - c.level) / s.size_before)
                        )
                when 'up'
                    then
                        abs(
                            (s.y - c.level) / sqrt(c.level / s.size)
                            - (s.y_before - c.level) / sqrt(c.level / s.size_before)
                        )
                else s.moving_range
            end order by s.position
        ) as moving_ranges
    from flag_step as s
    inner join centre as c on s.series = c.series and s.segment = c.segment
    where
        s.is_base and s.moving_range is not null and s.chart in ('i', 't', 'pp', 'up')
        and (s.chart in ('i', 't') or (c.level > 0 and (c.level < 1 or s.chart = 'up')))
    group by s.series, s.segment
),

-- One pass of screening: a moving range at or beyond its own limit does not widen the process limits.
averaged as (
    select
        *,
        list_aggregate(moving_ranges, 'favg') as average_of_all,
        -- As near as this to the limit is on it: sums of fractions differ in their last digits.
        3.267 * average_of_all * (1 - 1e-13) as least_left_out
    from ranges
),

spread as (
    select
        series,
        segment,
        average_of_all,
        list_aggregate(list_filter(moving_ranges, lambda x: x < least_left_out), 'favg') as average_screened
    from averaged
),

judged as (
    select
        c.*,
        case when p.is_screened then s.average_screened else s.average_of_all end as average,
        coalesce(c.chart in ('i', 't', 'pp', 'up'), false) as needs_range,
        -- The reference lets limits collapse onto the centre line, or rests them on one step alone; the paper's rules
        -- do not judge by such limits, screened or not: what screening leaves must vary.
        case
            when p.rules = 'plotthedots' then average is not null else coalesce(s.average_screened > 0, false)
        end as has_range
    from centre as c
    left join spread as s on c.series = s.series and c.segment = s.segment
    cross join plan_chart as p
)

select
    series,
    segment,
    chart,
    first_position,
    last_position,
    points,
    level,
    case when has_range then average end as average_range,
    case
        when chart in ('run', 'g') then median_y
        when chart = 't' then pow(level, 3.6)
        else level
    end as centre_line,
    case
        when points = 0 then 'no_data'
        when chart = 'run' then 'median_only'
        when needs_range and not has_range then 'did_not_vary'
        else 'limits'
    end as status
from judged
