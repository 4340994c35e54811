-- One row per series and test: which periods are tested, which set the baseline, and in which segment both lie.
-- quarter: the reported quarter; last_two and last_one: its last months; year: the twelve months that end with it.
with asked as (
    select
        listed.test,
        listed.frequency,
        listed.first_position,
        listed.last_position,
        listed.baseline_end
    from (
        values
        ('quarter', 'month', 0, 2, -1),
        -- The late tests are held against the months before the quarter, as the quarter is.
        ('last_two', 'month', 1, 2, -1),
        ('last_one', 'month', 2, 2, -1),
        ('year', 'month', -9, 2, -10),
        ('quarter', 'quarter', 0, 0, -1),
        ('year', 'quarter', -3, 0, -4)
    ) as listed (test, frequency, first_position, last_position, baseline_end)
)

select
    p.series,
    any_value(p.indicator) as indicator,
    any_value(p.area) as area,
    a.test,
    any_value(case i.kind when 'share' then 'proportion' when 'mean' then 'value' else 'count' end) as kind,
    any_value(case i.frequency when 'month' then 12 else 4 end) as periods_per_year,
    any_value(i.seasonal) as seasonal,
    a.first_position,
    a.last_position,
    a.baseline_end - any_value(p.baseline_length) + 1 as baseline_start,
    a.baseline_end,
    max(p.segment) as segment,
    -- The number of the quarter's first period: modulo the periods of a year, it is the place in the year.
    any_value(
        case i.frequency
            when 'month' then year(r.quarter_start) * 12 + month(r.quarter_start) - 1
            else year(r.quarter_start) * 4 + quarter(r.quarter_start) - 1
        end
    ) as quarter_period,
    min(p.period_start) filter (where p.position = a.first_position) as span_start,
    any_value(r.quarter_end) as span_end
from flag_point as p
inner join plan_indicator as i on p.indicator = i.indicator and i.shown = 'standing'
inner join asked as a on i.frequency = a.frequency
cross join plan_run as r
group by p.series, a.test, a.first_position, a.last_position, a.baseline_end
