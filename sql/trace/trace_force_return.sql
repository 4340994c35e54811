-- One row per staged row of the plain return behind one indicator's figure for one area and period.
with asked as (
    select
        $indicator as indicator,
        $area as area,
        $first::date as first_day,
        $last::date as last_day
),

behind as (
    select
        t.*,
        -- A row is withheld with its figure; and where measures are added up, none of them is shown if one is small.
        w.area is not null
        or bool_or(
            not r.published
            and a.kind != 'force'
            and (
                (i.kind != 'mean' and t.numerator > 0 and t.numerator < c.below)
                or coalesce(t.denominator > 0 and t.denominator < c.below, false)
                or coalesce(
                    i.kind = 'share' and t.denominator > t.numerator and t.denominator - t.numerator < c.below, false
                )
            )
        ) over (partition by t.area, t.period_start) as is_withheld
    from asked
    inner join plan_indicator as i on asked.indicator = i.indicator
    inner join plan_indicator_select as s on i.indicator = s.indicator
    inner join plan_area_part as p on asked.area = p.area
    inner join stg_force_return as t on i.source = t.source and s.item = t.measure and p.part = t.area
    inner join kpi_part as k
        on
            i.indicator = k.indicator
            and t.area = k.area
            and t.period_start = k.period_start
            and t.extract_id = k.extract_id
    inner join plan_source as r on i.source = r.source
    inner join plan_area as a on t.area = a.area
    cross join plan_suppression as c
    left join kpi_suppressed as w
        on
            i.indicator = w.indicator
            and t.area = w.area
            and i.frequency = w.grain
            and t.period_start = w.period_start
    where
        t.period_start between asked.first_day and asked.last_day
        -- A file may hold months and quarters; the indicator is made of one of them.
        and date_diff('month', t.period_start, t.period_end + 1) = case when i.frequency = 'month' then 1 else 3 end
)

select
    extract_id,
    member,
    record,
    concat_ws(', ', measure, area, period_start::varchar)
    || case when is_withheld then '' else coalesce(' (of ' || format('{:.10g}', denominator) || ')', '') end as what,
    case when not is_withheld then numerator end as amount,
    is_withheld
from behind
order by extract_id, member, record
