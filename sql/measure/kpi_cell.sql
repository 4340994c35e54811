-- One row per indicator whose source is not published, smallest local area and period: its counts, none withheld.
with above as (
    select
        p.part as area,
        string_agg(p.area, ' and ' order by p.area) as force
    from plan_area_part as p
    inner join plan_area as a on p.area = a.area
    where a.kind = 'force' and p.area != p.part
    group by p.part
)

select
    k.indicator,
    i.kind,
    i.frequency,
    k.area,
    -- The force that the area adds up to with others; none if its figures stand for themselves.
    coalesce(f.force, '') as force,
    k.period_start,
    date_trunc('quarter', k.period_start)::date as quarter_start,
    k.numerator,
    k.denominator
from kpi_part as k
inner join plan_indicator as i on k.indicator = i.indicator
inner join plan_source as s on i.source = s.source
inner join plan_area as a on k.area = a.area
left join above as f on k.area = f.area
cross join plan_run as r
where not s.published and a.kind != 'force' and k.period_start < r.quarter_end
order by k.indicator, k.area, k.period_start
