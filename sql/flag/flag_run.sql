-- One row per series and segment: the run tests of Anhøj and Olesen (2014), for the segment as a whole.
-- A point on the centre line, a missing one and an excluded one are left out and break no run.
with useful as (
    select
        series,
        segment,
        side,
        row_number() over series_order as place,
        lag(side) over series_order as side_before
    from flag_band
    where side != 0 and not is_excluded
    window series_order as (partition by series, segment order by position)
),

started as (
    select
        series,
        segment,
        place,
        lead(place) over (partition by series, segment order by place) as next_place
    from useful
    where side_before is null or side != side_before
),

counted as (
    select
        series,
        segment,
        count(*) as useful
    from useful
    group by series, segment
),

-- How many crossings happen by chance: the lowest number k with P(X <= k) >= 0.05 for the binomial (useful - 1, 1/2).
size as (
    select distinct useful from counted
),

possible as (
    select
        useful,
        unnest(range(0, useful // 2 + 1)) as crossings
    from size
),

chance as (
    select
        useful,
        crossings,
        sum(
            exp(
                lgamma(useful) - lgamma(crossings + 1) - lgamma(useful - crossings) - (useful - 1) * ln(2)
            )
        ) over (partition by useful order by crossings) as chance
    from possible
),

expected as (
    select
        useful,
        count(*) filter (where chance < 0.05) as crossings_min,
        round_even(log2(useful), 0)::bigint + 3 as longest_run_max
    from chance
    group by useful
),

observed as (
    select
        s.series,
        s.segment,
        any_value(c.useful) as useful,
        count(*) - 1 as crossings,
        max(coalesce(s.next_place, c.useful + 1) - s.place) as longest_run
    from started as s
    inner join counted as c on s.series = c.series and s.segment = c.segment
    group by s.series, s.segment
)

select
    o.series,
    o.segment,
    o.useful as useful_points,
    o.longest_run,
    e.longest_run_max,
    o.crossings,
    e.crossings_min,
    o.longest_run > e.longest_run_max or o.crossings < e.crossings_min as has_run_signal
from observed as o
inner join expected as e on o.useful = e.useful
