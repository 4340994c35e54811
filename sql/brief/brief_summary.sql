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
    s.is_suppressed,
    s.year_before_is_suppressed,
    s.twelve_months_is_suppressed,
    s.twelve_months_before_is_suppressed,
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
    coalesce(v.list, 'not_tested') as list,
    coalesce(v.test, 'quarter') as test,
    coalesce(v.direction, '') as direction,
    v.tests,
    round(1 / v.required_p) as required_odds,
    coalesce(v.quarter_status, 'not_asked') as quarter_status,
    coalesce(g.rule, '') as rule,
    coalesce(g.direction, '') as rule_direction,
    g.last_marked_period,
    c.chart,
    c.chart_reason,
    coalesce(l.status, 'no_data') as limits_status,
    l.centre_line * i.scale as centre_line,
    l.points as limits_points,
    exists(
        select 1 from kpi_value as k
        where s.indicator = k.indicator and s.area = k.area and k.is_suppressed
    ) as has_confidential
from kpi_summary as s
inner join plan_indicator as i on s.indicator = i.indicator
inner join plan_indicator_area as a on s.indicator = a.indicator and s.area = a.area
inner join plan_area as n on s.area = n.area
left join flag_verdict as v on s.indicator = v.indicator and s.area = v.area
left join flag_signal as g on s.indicator = g.indicator and s.area = g.area
left join flag_point as p on s.indicator = p.indicator and s.area = p.area and p.position = 0
left join flag_chart as c on p.series = c.series and p.segment = c.segment
left join flag_limits as l on p.series = l.series and p.segment = l.segment
order by i.position, a.position
