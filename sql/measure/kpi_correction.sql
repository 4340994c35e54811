-- One row per correction that this run made; what stood there and what counts are empty where they are confidential.
-- Measures of one indicator add up to its figure, so each tells of the others, and of what those are added to.
with recursive kin as (
    select distinct
        item as measure,
        item as other
    from plan_indicator_select
    where field = 'measures'
    union
    select
        k.measure,
        b.item as other
    from kin as k
    inner join plan_indicator_select as a on k.other = a.item and a.field = 'measures'
    inner join plan_indicator_select as b on a.indicator = b.indicator and b.field = 'measures'
),

measured as (
    select
        position,
        unnest(measures) as measure
    from plan_correction
),

dated as (
    select
        position,
        unnest(periods) as period_start
    from plan_correction
),

-- What a correction bears on. Where its record does not say, measure or quarter are empty: it may be any.
bearing as (
    select distinct
        c.position,
        c.source,
        coalesce(k.other, m.measure) as measure,
        date_trunc('quarter', p.period_start) as quarter_start
    from plan_correction as c
    left join measured as m on c.position = m.position
    left join dated as p on c.position = p.position
    left join kin as k on m.measure = k.measure
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
        try_cast(replace(regexp_replace(v.written, '[ ,]', '', 'g'), '−', '-') as double) as amount,
        -- The rest of a share, what stood in the file of one of its numbers less the other, is a count as well.
        abs(amount - try_cast(replace(regexp_replace(c.beside, '[ ,]', '', 'g'), '−', '-') as double)) as rest
    from valued as v
    inner join plan_correction as c on v.position = c.position
),

judged as (
    select
        r.position,
        r.which,
        r.written,
        s.published or z.below <= 1 as is_open,
        case
            when c.column_name in ('numerator', 'denominator', 'offences', 'population')
                then not regexp_matches(r.written, '[\p{L}\p{N}]')
            when c.column_name = 'note' then r.written = ''
            -- Names and periods say which record it is, unless a number stands in their place.
            else r.amount is null
        end as is_no_figure,
        -- A number that is no small count, and of an area and period that are known, so that it can be seen below
        -- whether anything is withheld beside it; a note in which nothing can be a count.
        case
            when c.column_name = 'note' then not regexp_matches(r.written, '\p{N}')
            else
                r.amount is not null
                and not (r.amount > 0 and r.amount < z.below)
                and not coalesce(r.which = 'before' and r.rest > 0 and r.rest < z.below, false)
                and len(c.areas) > 0
        end as is_harmless_alone
    from read as r
    inner join plan_correction as c on r.position = c.position
    inner join plan_source as s on c.source = s.source
    cross join plan_suppression as z
),

-- Where anything is withheld, in the notes or in a figure. Whoever has the other parts of a sum, or its other months,
-- has the withheld one; so all numbers of that measure and quarter are withheld with it.
withheld as (
    select
        b.source,
        b.measure,
        b.quarter_start
    from judged as j
    inner join bearing as b on j.position = b.position
    where not (j.is_open or j.is_no_figure or j.is_harmless_alone)
    union
    select
        i.source,
        s.item as measure,
        date_trunc('quarter', w.period_start) as quarter_start
    from kpi_suppressed as w
    inner join plan_indicator as i on w.indicator = i.indicator
    inner join plan_indicator_select as s on i.indicator = s.indicator and s.field = 'measures'
),

told as (
    select
        j.position,
        j.which,
        j.written,
        j.is_open
        or j.is_no_figure
        or (
            j.is_harmless_alone
            and not exists (
                select 1
                from bearing as b
                inner join withheld as w
                    on
                        b.source = w.source
                        and coalesce(b.measure = w.measure, true)
                        and coalesce(b.quarter_start = w.quarter_start, true)
                where b.position = j.position
            )
        ) as is_shown
    from judged as j
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
