-- One row per charted series and period: which rule of the rule set marks it, and in which direction.
-- The rules: docs/methods.md. A missing period breaks runs and is never bridged; an excluded one is passed over.
with judged as (
    select
        b.series,
        b.segment,
        b.position,
        b.is_excluded,
        b.side,
        b.way,
        b.is_outside,
        b.is_beyond_warning,
        b.is_beyond_warning and (not b.is_outside or p.rules = 'mdc-2023') as counts_as_far,
        -- Only individuals charts have rules beyond the limits; the others are read with the run tests of flag_run.
        b.chart = 'i' and not b.is_excluded and (b.status = 'limits' or p.rules = 'plotthedots') as has_rules
    from flag_band as b
    cross join plan_chart as p
),

-- Each rule looks at a window that ends here; a window counts only if it is whole.
windows as (
    select
        series,
        segment,
        position,
        is_excluded,
        side,
        is_outside,
        is_beyond_warning,
        has_rules,
        coalesce(abs(sum(side) over seven) = 7, false) as ends_shift,
        coalesce(sum(way) over six = 6, false) as ends_rise,
        coalesce(sum(way) over six = -6, false) as ends_fall,
        coalesce(
            abs(sum(side) over three) = 3 and count(*) filter (where counts_as_far) over three >= 2, false
        ) as ends_two_of_three
    from judged
    window
        seven as (partition by series, segment, is_excluded order by position rows 6 preceding),
        six as (partition by series, segment, is_excluded order by position rows 5 preceding),
        three as (partition by series, segment, is_excluded order by position rows 2 preceding)
),

-- A window marks all of its points, so each point looks at the windows that end from here on.
marks as (
    select
        *,
        bool_or(ends_shift) over next_seven as in_shift,
        bool_or(ends_rise) over next_seven as in_rise,
        bool_or(ends_fall) over next_seven as in_fall,
        is_beyond_warning and bool_or(ends_two_of_three) over next_three as in_two_of_three
    from windows
    window
        next_seven as (
            partition by series, segment, is_excluded order by position rows between current row and 6 following
        ),
        next_three as (
            partition by series, segment, is_excluded order by position rows between current row and 2 following
        )
),

labelled as (
    select
        *,
        case
            when is_outside then 'outside_limits'
            when not has_rules then null
            when in_rise or in_fall then 'trend'
            when in_two_of_three then 'two_of_three'
            when in_shift then 'shift'
        end as rule
    from marks
)

select
    series,
    segment,
    position,
    rule,
    case
        when rule is null then null
        -- The turning point of a rise and a fall goes the way that it goes on.
        when rule = 'trend' then case when in_rise and (not in_fall or ends_fall) then 'up' else 'down' end
        when side > 0 then 'up'
        else 'down'
    end as direction
from labelled
