-- One row per charted series and period: which rule of the set mdc-2023 marks it, and in which direction.
-- The rules: docs/methods.md. A missing or excluded period breaks runs and is never bridged.
with judged as (
    select
        p.indicator,
        p.area,
        p.segment,
        p.period_start,
        p.is_reported,
        p.judged_value as y,
        l.lower_limit,
        l.upper_limit,
        l.lower_warning,
        l.upper_warning,
        -- Two numbers nearer than this are one: sums of fractions differ in their last digits.
        1e-9 * greatest(abs(p.judged_value), l.average_moving_range) as tolerance,
        -- On the centre line, within the tolerance of docs/methods.md, is on neither side.
        case
            when
                abs(p.judged_value - l.centre_line) <= 1e-9 * greatest(abs(p.judged_value), l.average_moving_range)
                then 0
            else sign(p.judged_value - l.centre_line)
        end as side
    from flag_point as p
    inner join flag_limits as l on p.indicator = l.indicator and p.area = l.area and p.segment = l.segment
    where l.status = 'limits'
),

stepped as (
    select
        *,
        sign(y - lag(y) over series) as step,
        coalesce(y - upper_limit > tolerance or lower_limit - y > tolerance, false) as is_outside,
        coalesce(y - upper_warning > tolerance or lower_warning - y > tolerance, false) as is_beyond_warning
    from judged
    window series as (partition by indicator, area, segment order by period_start)
),

-- Each rule looks at a window that ends here; a window counts only if it is whole.
windows as (
    select
        *,
        coalesce(abs(sum(side) over seven) = 7, false) as ends_shift,
        coalesce(sum(step) over six = 6, false) as ends_rise,
        coalesce(sum(step) over six = -6, false) as ends_fall,
        coalesce(
            abs(sum(side) over three) = 3 and count(y) over three = 3
            and count(*) filter (where is_beyond_warning) over three >= 2, false
        ) as ends_two_of_three
    from stepped
    window
        seven as (partition by indicator, area, segment order by period_start rows 6 preceding),
        six as (partition by indicator, area, segment order by period_start rows 5 preceding),
        three as (partition by indicator, area, segment order by period_start rows 2 preceding)
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
            partition by indicator, area, segment order by period_start rows between current row and 6 following
        ),
        next_three as (
            partition by indicator, area, segment order by period_start rows between current row and 2 following
        )
),

labelled as (
    select
        *,
        case
            when is_outside then 'outside_limits'
            when in_rise or in_fall then 'trend'
            when in_two_of_three then 'two_of_three'
            when in_shift then 'shift'
        end as rule
    from marks
    where y is not null
)

select
    indicator,
    area,
    segment,
    period_start,
    is_reported,
    rule,
    case
        when rule is null then null
        when rule = 'trend' then case when in_rise then 'up' else 'down' end
        when side > 0 then 'up'
        else 'down'
    end as direction
from labelled
