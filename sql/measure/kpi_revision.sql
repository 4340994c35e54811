-- One row per figure that differs from the paper compared with: before, after, from which files, what explains it.
with received as (
    select
        v.indicator,
        v.area,
        v.grain,
        v.period_start,
        max(f.received) as received
    from kpi_value as v
    inner join extract_file as f on list_contains(string_split(v.extract_id, ' '), f.extract_id)
    group by all
),

pair as (
    select
        e.indicator,
        e.area,
        case when e.period_end - e.period_start < 32 then 'month' else 'quarter' end as grain,
        e.period_start,
        e.period_end,
        e.value as value_before,
        v.value,
        e.extract_id as extract_id_before,
        coalesce(v.extract_id, '') as extract_id,
        e.source as source,
        e.received as received_before,
        i.kind,
        coalesce(i.decimals, 0) as decimals
    from plan_earlier_figure as e
    left join kpi_value as v
        on
            e.indicator = v.indicator
            and e.area = v.area
            and e.period_start = v.period_start
            and e.period_end = v.period_end
    left join plan_indicator as i on e.indicator = i.indicator
    -- What is withheld now is not compared: the answer would tell it.
    where e.value is not null and not coalesce(v.is_suppressed, false)
),

-- Sums of fractions may differ in their last digit from run to run; nobody revised that.
changed as (
    select *
    from pair
    where value is null or abs(value - value_before) > 1e-9 * greatest(1, abs(value_before))
),

told as (
    select
        c.*,
        r.received,
        case
            when c.value is null then 'vanished'
            when c.extract_id <> c.extract_id_before and r.received > c.received_before then 'new_file'
            when exists (
                select 1 from plan_correction as x
                cross join plan_compared as s
                where
                    list_contains(string_split(c.extract_id, ' '), x.extract_id)
                    and x.decided_on > s.as_of
                    and len(list_intersect(
                        x.periods, generate_series(c.period_start, c.period_end, interval 1 month)::date[]
                    )) > 0
            ) then 'corrected'
            else 'unexplained'
        end as reason,
        -- As figures are printed: half away from nought.
        coalesce(
            sign(c.value) * floor(abs(c.value) * power(10, c.decimals) + 0.5 + 1e-9)
            <> sign(c.value_before) * floor(abs(c.value_before) * power(10, c.decimals) + 0.5 + 1e-9), true
        ) as is_printed_differently,
        case when c.value_before <> 0 then abs(c.value - c.value_before) / abs(c.value_before) * 100 end as change_pct
    from changed as c
    left join received as r
        on
            c.indicator = r.indicator
            and c.area = r.area
            and c.grain = r.grain
            and c.period_start = r.period_start
)

select
    t.*,
    -- Without a size nothing is large. From nought to something has no per cent, and is large if the count is.
    coalesce(
        coalesce(t.change_pct > z.ask_above_pct, true)
        and (t.kind <> 'count' or abs(t.value - t.value_before) > z.ask_above_count), false
    ) as is_large,
    t.is_printed_differently and (t.reason in ('vanished', 'unexplained') or is_large) as is_asked
from told as t
left join plan_revision_size as z on true
