-- One row per series (indicator and area, in its own grain) and period, up to the reported quarter.
with series as (
    select
        v.indicator,
        v.area,
        v.indicator || ' / ' || v.area as series,
        v.period_start,
        v.period_end,
        v.value,
        v.numerator,
        v.denominator,
        v.period_start >= r.quarter_start as is_reported,
        -- Where declared events keep a period out, it neither sets limits nor is judged by them.
        exists(
            select 1 from plan_event as e
            where
                e.indicator = v.indicator and e.excludes
                and e.starts <= v.period_end and e.ends >= v.period_start
        ) as is_excluded,
        (
            select count(*) from plan_rebase as b
            where b.indicator = v.indicator and b.starts <= v.period_start
        ) as segment,
        date_diff(i.frequency, v.period_start, r.quarter_start) as periods_before_quarter,
        case i.frequency when 'month' then r.baseline_months else r.baseline_quarters end as baseline_length,
        case i.frequency when 'month' then r.history_months else r.history_quarters end as history_length,
        case i.frequency when 'month' then 3 else 1 end as reported_length
    from kpi_value as v
    inner join plan_indicator as i on v.indicator = i.indicator
    cross join plan_run as r
    where v.is_own_grain
)

select
    indicator,
    area,
    series,
    period_start,
    period_end,
    -- The quarter's first period is nought, those before it are below nought.
    -periods_before_quarter as position,
    value,
    numerator,
    denominator,
    is_reported,
    is_excluded,
    segment,
    reported_length,
    baseline_length,
    -- The shown history ends with the reported quarter.
    periods_before_quarter <= history_length - reported_length as is_shown,
    periods_before_quarter between 1 and baseline_length as is_in_baseline,
    -- What is judged: the baseline and the quarter, where nothing keeps the period out; else a gap, as if missing.
    value is not null and periods_before_quarter <= baseline_length and not is_excluded as is_judged
from series
