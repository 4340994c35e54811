-- One row per series and segment: the chart that it gets, and why: named, or picked by the rules of docs/methods.md.
with fact as (
    select
        series,
        segment,
        any_value(chart) as wanted,
        count(denominator) > 0 as has_denominator,
        count(value) filter (where is_baseline and not is_excluded) as points,
        -- Sizes count as varying where one lies more than a quarter from their mean, the textbook's rule of thumb.
        -- No chart of shares or rates takes values below nought.
        coalesce(
            (max(denominator) > 1.25 * avg(denominator) or min(denominator) < 0.75 * avg(denominator))
            and min(value) >= 0,
            false
        ) as is_varying_size,
        coalesce(bool_and(value <= denominator), false) as is_share,
        -- With most periods at nought the moving ranges say nothing.
        coalesce(
            count(denominator) = 0 and min(value) >= 0
            and count(*) filter (where value = 0) * 2 > count(value), false
        ) as is_rare
    from flag_series
    group by series, segment
)

select
    series,
    segment,
    has_denominator,
    case
        when wanted != 'auto' then wanted
        when points < 13 or is_rare then 'run'
        when is_varying_size and is_share then 'pp'
        when is_varying_size then 'up'
        else 'i'
    end as chart,
    case
        when wanted != 'auto' then 'named'
        when points < 13 then 'too_few'
        when is_rare then 'rare'
        when is_varying_size then 'sizes_vary'
        else 'usual'
    end as chart_reason
from fact
