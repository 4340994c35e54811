-- One row per indicator, area and period of the plain return: the row of the file received last.
with wanted as (
    select
        s.indicator,
        i.source,
        i.frequency,
        i.kind,
        s.item as measure,
        count(*) over (partition by s.indicator) as measures
    from plan_indicator_select as s
    inner join plan_indicator as i on s.indicator = i.indicator
    where s.field = 'measures'
),

latest as (
    select
        t.source,
        t.measure,
        t.area,
        t.period_start,
        t.period_end,
        arg_max(t.numerator, (f.received, f.arrival, t.record)) as numerator,
        -- Wrapped in a list, because arg_max passes over a missing denominator.
        arg_max([t.denominator], (f.received, f.arrival, t.record))[1] as denominator,
        arg_max(t.extract_id, (f.received, f.arrival, t.record)) as extract_id
    from stg_force_return as t
    inner join extract_file as f on t.extract_id = f.extract_id
    group by all
)

select
    w.indicator,
    t.area,
    t.period_start,
    sum(t.numerator) as numerator,
    case when w.kind != 'count' then sum(t.denominator) end as denominator,
    max(t.extract_id) as extract_id
from wanted as w
inner join latest as t on w.source = t.source and w.measure = t.measure
where
    date_diff('month', t.period_start, t.period_end + 1) = case when w.frequency = 'month' then 1 else 3 end
    -- A share or a mean without a denominator has not been received.
    and (w.kind = 'count' or t.denominator is not null)
group by w.indicator, w.kind, w.measures, t.area, t.period_start
having count(*) = w.measures
