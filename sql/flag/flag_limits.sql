-- One row per charted series and segment: centre line and process limits of the XmR chart, and why there are none.
-- Formulas: docs/methods.md (individuals chart; 2.66 and 3.267 are the constants of moving ranges of two).
with ranges as (
    select
        *,
        abs(
            baseline_value
            - lag(baseline_value) over (partition by indicator, area, segment order by period_start)
        ) as moving_range
    from flag_point
),

trial as (
    select
        *,
        avg(moving_range) over (partition by indicator, area, segment) as trial_moving_range
    from ranges
),

summary as (
    select
        indicator,
        area,
        segment,
        min(period_start) filter (where judged_value is not null) as first_period,
        max(period_start) filter (where judged_value is not null) as last_period,
        count(baseline_value) as points,
        avg(baseline_value) as centre_line,
        -- One pass of screening: a moving range beyond its own limit does not widen the process limits.
        avg(moving_range) filter (where moving_range < 3.267 * trial_moving_range) as average_moving_range
    from trial
    group by all
)

select
    *,
    case
        when points < 13 then 'too_few'
        when coalesce(average_moving_range, 0) = 0 then 'did_not_vary'
        else 'limits'
    end as status,
    case
        when points >= 13 and average_moving_range > 0 then centre_line - 2.66 * average_moving_range
    end as lower_limit,
    case
        when points >= 13 and average_moving_range > 0 then centre_line + 2.66 * average_moving_range
    end as upper_limit,
    centre_line - 2 * 2.66 / 3 * average_moving_range as lower_warning,
    centre_line + 2 * 2.66 / 3 * average_moving_range as upper_warning
from summary
