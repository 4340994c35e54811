-- One row per standing indicator of the force whose last eight or more figures lie on one side of the usual level.
-- For officers to think about; nothing is ever begun anew by itself.
with judged as (
    select
        p.indicator,
        p.area,
        p.period_start,
        p.value,
        b.side,
        b.centre_line * i.scale as centre_line,
        last_value(b.side) over series as last_side,
        p.position
    from flag_band as b
    inner join flag_point as p on b.series = p.series and b.position = p.position
    inner join plan_indicator as i on p.indicator = i.indicator and i.shown = 'standing'
    inner join plan_run as r on p.area = r.force_area
    where
        b.segment = (
            select max(q.segment) from flag_point as q
            where q.series = b.series
        )
    window series as (
        partition by b.series, b.segment order by b.position rows between unbounded preceding and unbounded following
    )
),

-- The last figure on the other side, or on the line, or missing, ends the run.
ended as (
    select
        *,
        max(case when side is distinct from last_side then position end) over (partition by indicator) as last_other
    from judged
)

select
    indicator,
    area,
    min(period_start) as since,
    count(*) as points,
    case when any_value(last_side) > 0 then 'above' else 'below' end as side,
    any_value(centre_line) as centre_line,
    avg(value) as level_since
from ended
where position > coalesce(last_other, position - 1) and last_side != 0
group by indicator, area
having count(*) >= 8
