-- One row per series of the file: a number for its name, in the order of the names, because numbers are quicker to group.
select
    series_id,
    row_number() over (order by series_id) as series
from (select distinct series_id from series_input)
