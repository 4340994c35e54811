-- One row per indicator and area to print: the figures as members are used to see them, with what was found.
select
    s.indicator,
    s.area,
    s.period_start,
    s.period_end,
    s.value,
    s.numerator,
    s.denominator,
    s.expected_parts,
    s.received_parts,
    s.year_before,
    s.change,
    s.change_pct,
    s.twelve_months,
    s.twelve_months_before,
    s.twelve_months_change,
    s.twelve_months_change_pct,
    i.position,
    a.position as area_position,
    i.shown,
    n.name as area_name,
    coalesce(g.rule, '') as rule,
    coalesce(g.direction, '') as direction,
    g.marked_periods,
    g.last_marked_period,
    coalesce(l.status, 'no_data') as limits_status,
    l.centre_line,
    l.lower_limit,
    l.upper_limit,
    l.first_period as limits_from,
    l.points as baseline_points
from kpi_summary as s
inner join plan_indicator as i on s.indicator = i.indicator
inner join plan_indicator_area as a on s.indicator = a.indicator and s.area = a.area
inner join plan_area as n on s.area = n.area
left join flag_signal as g on s.indicator = g.indicator and s.area = g.area
left join flag_limits as l
    on
        s.indicator = l.indicator
        and s.area = l.area
        and l.segment = (
            select max(p.segment) from flag_point as p
            where p.indicator = s.indicator and p.area = s.area
        )
order by i.position, a.position
