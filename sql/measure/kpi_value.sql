-- One row per expected indicator, area, grain and period: its figure, or none if a part is missing or it is withheld.
with wanted_part as (
    select
        *,
        unnest(parts) as part
    from kpi_period
),

received as (
    select
        k.indicator,
        k.area,
        k.grain,
        k.period_start,
        count(t.numerator) as received_parts,
        sum(t.numerator) as numerator,
        sum(t.denominator) as denominator,
        string_agg(distinct t.extract_id, ' ' order by t.extract_id) as extract_id
    from wanted_part as k
    inner join kpi_part as t
        on
            k.indicator = t.indicator
            and k.part = t.area
            and t.period_start between k.period_start and k.period_end
    -- A period that had not ended by the as-of day is not told of, whatever a file says of it.
    inner join plan_run as r on k.period_end <= r.as_of
    group by all
)

select
    k.indicator,
    k.area,
    k.grain,
    k.period_start,
    k.period_end,
    case when r.received_parts = k.expected_parts and w.area is null then r.numerator end as numerator,
    case when r.received_parts = k.expected_parts and w.area is null then r.denominator end as denominator,
    case
        when r.received_parts < k.expected_parts or w.area is not null then null
        when i.kind = 'count' then r.numerator * i.scale
        when r.denominator > 0 then r.numerator / r.denominator * i.scale
    end as value,
    k.unit,
    k.expected_parts,
    coalesce(r.received_parts, 0) as received_parts,
    -- Known, and withheld because a small count stands in it or could be worked out with it.
    coalesce(r.received_parts = k.expected_parts and w.area is not null, false) as is_suppressed,
    k.source,
    coalesce(r.extract_id, '') as extract_id,
    k.is_own_grain
from kpi_period as k
inner join plan_indicator as i on k.indicator = i.indicator
left join received as r
    on
        k.indicator = r.indicator
        and k.area = r.area
        and k.grain = r.grain
        and k.period_start = r.period_start
left join kpi_suppressed as w
    on
        k.indicator = w.indicator
        and k.area = w.area
        and k.grain = w.grain
        and k.period_start = w.period_start
