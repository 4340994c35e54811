-- One row per series with a marked period in the reported quarter: the rule that ranks first, where it marks last.
select
    p.indicator,
    p.area,
    arg_min(m.rule, (rules.rank, -p.position)) as rule,
    arg_min(m.direction, (rules.rank, -p.position)) as direction,
    count(*) as marked_periods,
    arg_min(p.period_start, (rules.rank, -p.position)) as last_marked_period
from flag_mark as m
inner join flag_point as p on m.series = p.series and m.position = p.position
inner join (
    values ('outside_limits', 1), ('trend', 2), ('two_of_three', 3), ('shift', 4)
) as rules (rule, rank) on m.rule = rules.rule
where p.is_reported
group by p.indicator, p.area
