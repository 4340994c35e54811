-- One row per record of a file: its number, and what its cells are read as; null where a cell is empty or at fault.
-- The one place that says how a date and a number may be written, for every kind of file and both commands.
with cell as (
    select
        g.rowid + r.first_record as record,
        g.series_id,
        g.date,
        case
            when
                regexp_full_match(
                    g.date::varchar,
                    '[12][0-9]{3}-[0-9]{2}(-[0-9]{2}'
                    || '([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?'
                )
                then g.date::varchar
        end as written,
        g.value as value_text,
        g.denominator as denominator_text,
        r.periods_per_year,
        r.largest
    from series_given as g
    cross join series_reading as r
),

typed as (
    select
        *,
        case
            when length(written) = 10 then try_cast(written as timestamp)
            -- A month is its first day.
            when length(written) = 7 then try_cast(written || '-01' as timestamp)
            -- A time with a zone is put in order by what it is in UTC; one without is taken as it stands.
            else try_cast(written as timestamptz) at time zone 'UTC'
        end as instant,
        -- DuckDB alone would take '1_000', 'inf' and '+-5' for numbers.
        case
            when regexp_full_match(value_text, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
                then try_cast(value_text as double)
        end as value,
        case
            when regexp_full_match(denominator_text, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
                then try_cast(denominator_text as double)
        end as denominator
    from cell
)

select
    record,
    series_id,
    date,
    case
        when periods_per_year is null then instant
        -- Where dates stand for periods, a period is its first day; the day as written counts, whatever the zone.
        when length(written) > 10 and instant is not null
            then date_trunc(if(periods_per_year = 12, 'month', 'quarter'), left(written, 10)::timestamp)
        else date_trunc(if(periods_per_year = 12, 'month', 'quarter'), instant)
    end as day,
    value,
    denominator,
    coalesce(series_id::varchar, '') = ''
    or instant is null
    or coalesce(value_text != '' and coalesce(abs(value) > largest, true), false)
    or coalesce(
        denominator_text != ''
        and coalesce(denominator != 0 and abs(denominator) not between 1 / largest and largest, true),
        false
    ) as has_fault
from typed
