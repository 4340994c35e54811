-- One row per series, test and period with a figure, of the baseline and of the span: what the tests are given.
select
    s.series,
    s.test,
    s.kind,
    s.periods_per_year,
    s.seasonal,
    s.quarter_period,
    s.first_position,
    s.last_position,
    p.position,
    case s.kind when 'value' then p.numerator / p.denominator else p.numerator end as value,
    case s.kind when 'proportion' then p.denominator end as denominator
from flag_span as s
-- A series without any figure is asked about all the same, and answered with what is missing.
left join flag_point as p
    on
        s.series = p.series
        and s.segment = p.segment
        and p.value is not null
        and not p.is_excluded
        and (
            p.position between s.first_position and s.last_position
            or p.position between s.baseline_start and s.baseline_end
        )
order by s.series, s.test, p.position
