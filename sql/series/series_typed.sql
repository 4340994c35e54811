-- One row per record of a file: its number, its cells, and what they are read as; null where a cell is no such thing.
-- The one place that says how a date and a number may be written, for every kind of file and both commands.
with cell as (
    select
        g.rowid + r.first_record as record,
        g.series_id,
        g.date,
        g.value as value_text,
        g.denominator as denominator_text,
        r.periods_per_year,
        case
            when
                regexp_full_match(
                    g.date::varchar,
                    '[12][0-9]{3}-[0-9]{2}(-[0-9]{2}'
                    || '([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?'
                )
                then g.date::varchar
        end as date_text
    from series_given as g
    cross join series_reading as r
),

timed as (
    select
        *,
        -- The day as written, whatever the hour and its zone; a month is its first day.
        try_cast(left(date_text || '-01', 10) as timestamp) as written,
        -- Times with a zone are put in order by what they are in UTC; one without is taken as it stands.
        case when length(date_text) > 10 then try_cast(date_text as timestamptz) at time zone 'UTC' end as instant
    from cell
)

select
    record,
    series_id,
    date,
    value_text,
    denominator_text,
    case
        when length(date_text) > 10 and instant is null then null
        -- Where dates stand for periods, a period is its first day.
        when periods_per_year = 12 then date_trunc('month', written)
        when periods_per_year = 4 then date_trunc('quarter', written)
        else coalesce(instant, written)
    end as day,
    -- DuckDB alone would take '1_000', 'inf' and '+-5' for numbers.
    case
        when regexp_full_match(value_text, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(value_text as double)
    end as value,
    case
        when regexp_full_match(denominator_text, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(denominator_text as double)
    end as denominator
from timed
