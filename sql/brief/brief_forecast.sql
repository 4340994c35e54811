-- One row per tested series and test: what the span came to and what was expected, as it is printed.
-- A count is the span's whole, a share its per cent, a mean the average of its periods.
with sized as (
    select
        s.*,
        i.position as indicator_position,
        i.scale * case s.kind when 'count' then s.last_position - s.first_position + 1 else 1 end as factor,
        -- What is possible: nothing counted lies below nought, and no share above the whole.
        case s.kind when 'proportion' then 1 else 'inf'::double end as most
    from flag_span as s
    inner join plan_indicator as i on s.indicator = i.indicator
)

select
    s.indicator,
    s.area,
    s.test,
    s.kind,
    s.span_start,
    s.span_end,
    f.status,
    f.p,
    f.n as baseline_periods,
    f.model,
    f.weight_independent,
    f.weight_wandering,
    s.factor * f.observed as observed,
    s.factor * f.expected as expected,
    -- greatest and least pass over what is missing.
    case when f.low98 is not null then s.factor * greatest(f.low98, 0) end as low98,
    case when f.high98 is not null then s.factor * least(f.high98, s.most) end as high98,
    -- On the chart's scale, which is that of one period.
    s.factor / case s.kind when 'count' then s.last_position - s.first_position + 1 else 1 end as chart_factor,
    f.observed as chart_observed,
    f.expected as chart_expected,
    case when f.low98 is not null then greatest(f.low98, 0) end as chart_low98,
    case when f.high98 is not null then least(f.high98, s.most) end as chart_high98,
    (
        select min(p.period_start) from flag_point as p
        inner join flag_span_value as v on p.series = v.series and p.position = v.position
        where v.series = s.series and v.test = s.test and v.position < s.first_position
    ) as baseline_since
from sized as s
inner join flag_forecast as f on s.series = f.series and s.test = f.test
order by s.indicator_position, s.area, s.test
