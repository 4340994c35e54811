-- One row per series of the file: a number for its name, in the order of names; numbers are quicker to group.
with named as (
    select
        series_id,
        min(day) as first_day
    from series_typed
    group by series_id
)

select
    series_id,
    first_day,
    row_number() over (order by series_id) as series
from named
