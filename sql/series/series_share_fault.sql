-- One row per record that is no share of anything: its number, the column, and what is wrong with it.
select
    record,
    'value' as column_name,
    value || case
        when value < 0 then ' is below nought'
        else ' is above its denominator ' || denominator
    end as reason
from series_input
where value < 0 or (value > denominator and denominator > 0)
union all
select
    record,
    'denominator' as column_name,
    denominator || ' is below nought' as reason
from series_input
where denominator < 0
