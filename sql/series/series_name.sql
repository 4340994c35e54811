-- One row per series of the file: a number for its name, in the order of names; numbers are quicker to group.
with named as (
    select distinct series_id
    from series_input
)

select
    series_id,
    row_number() over (order by series_id) as series
from named
