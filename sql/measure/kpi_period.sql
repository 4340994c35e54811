-- One row per indicator, area, grain (month or quarter) and period that is expected up to the reported quarter.
with area_parts as (
    select
        area,
        list(part order by part) as parts
    from plan_area_part
    group by area
),

base as (
    select
        i.indicator,
        i.source,
        i.unit,
        s.layout,
        i.frequency,
        a.area,
        i.begins,
        r.quarter_end,
        -- Who sends the smallest returns: the Home Office table knows the force alone, other layouts know its parts.
        case when s.layout = 'home_office_prc' then [a.area] else p.parts end as parts
    from plan_indicator as i
    inner join plan_source as s on i.source = s.source
    inner join plan_indicator_area as a on i.indicator = a.indicator
    inner join area_parts as p on a.area = p.area
    cross join plan_run as r
),

months as (
    select
        *,
        'month' as grain,
        unnest(generate_series(begins, quarter_end, interval 1 month))::date as period_start,
        len(parts) as expected_parts
    from base
    where frequency = 'month'
),

quarters as (
    select
        *,
        'quarter' as grain,
        unnest(
            generate_series(
                date_trunc('quarter', begins + interval 2 month)::date, quarter_end, interval 3 month
            )
        )::date as period_start,
        len(parts) * case when frequency = 'month' then 3 else 1 end as expected_parts
    from base
),

periods as (
    select * from months
    union all
    select * from quarters
)

select
    indicator,
    area,
    grain,
    period_start,
    (period_start + case when grain = 'month' then interval 1 month else interval 3 month end)::date - 1 as period_end,
    parts,
    expected_parts,
    source,
    unit,
    grain = frequency as is_own_grain
from periods
where period_start < quarter_end
