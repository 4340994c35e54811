-- One row per series and segment: where it begins, and before where it ends. A rebase starts a segment at its date.
with start as (
    select
        n.series,
        '-infinity'::timestamp as begins
    from series_name as n
    union
    -- A rebase on a date that the series does not have, or on its first, starts nothing.
    select
        r.series,
        i.day as begins
    from series_rebase as r
    inner join series_name as n on r.series = n.series
    inner join series_input as i on r.series = i.series and r.day = i.day
    where i.day > n.first_day
)

select
    series,
    begins,
    lead(begins, 1, 'infinity'::timestamp) over by_time as ends,
    row_number() over by_time as segment
from start
window by_time as (partition by series order by begins)
