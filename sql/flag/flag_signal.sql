-- One row per charted series with a marked period in the reported quarter: the rule that ranks first, and its periods.
select
    m.indicator,
    m.area,
    arg_min(m.rule, rules.rank * 10000 - date_diff('month', r.quarter_start, m.period_start)) as rule,
    arg_min(m.direction, rules.rank * 10000 - date_diff('month', r.quarter_start, m.period_start)) as direction,
    count(*) as marked_periods,
    max(m.period_start) as last_marked_period
from flag_mark as m
cross join plan_run as r
inner join (
    values ('outside_limits', 1), ('trend', 2), ('two_of_three', 3), ('shift', 4)
) as rules (rule, rank) on m.rule = rules.rule
where m.is_reported
group by m.indicator, m.area
