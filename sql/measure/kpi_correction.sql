-- One row per correction that this run made; what stood there and what counts are empty where they are confidential.
with withheld as (
    select distinct
        i.source,
        s.item as measure,
        w.area,
        w.period_start
    from kpi_suppressed as w
    inner join plan_indicator as i on w.indicator = i.indicator
    inner join plan_indicator_select as s on i.indicator = s.indicator and s.field = 'measures'
),

-- Each correction has two values: 'before' stood there, 'after' counts.
valued as (
    select
        position,
        unnest(['before', 'after']) as which,
        unnest([before, after]) as written
    from plan_correction
),

read as (
    select
        v.position,
        v.which,
        v.written,
        try_cast(replace(regexp_replace(v.written, '[ ,]', '', 'g'), '−', '-') as double) as amount
    from valued as v
),

told as (
    select
        r.position,
        r.which,
        r.written,
        coalesce(
            s.published
            or not regexp_matches(r.written, '[0-9]')
            or (r.amount is null and c.column_name not in ('numerator', 'denominator', 'offences', 'population'))
            -- A figure: shown if it is no small count, and its area's figure of that period is known to be shown.
            or (
                not (r.amount > 0 and r.amount < z.below)
                and len(c.areas) > 0
                and not exists (
                    select 1
                    from withheld as w
                    where
                        w.source = c.source
                        and list_contains(c.measures, w.measure)
                        and list_contains(c.areas, w.area)
                        and list_contains(c.periods, w.period_start)
                )
            ), false
        ) as is_shown
    from read as r
    inner join plan_correction as c on r.position = c.position
    inner join plan_source as s on c.source = s.source
    cross join plan_suppression as z
)

select
    c.position,
    c.extract_id,
    c.source,
    c.file,
    c.member,
    c.record,
    c.column_name,
    case when b.is_shown then b.written end as before,
    case when a.is_shown then a.written end as after,
    not b.is_shown as is_before_confidential,
    not a.is_shown as is_after_confidential,
    c.is_dropped,
    c.was_rejected,
    c.reason,
    c.decided_by,
    c.decided_on,
    c.periods
from plan_correction as c
inner join told as b on c.position = b.position and b.which = 'before'
inner join told as a on c.position = a.position and a.which = 'after'
