-- One row per area to address, in the order printed: changes by indicator, then people's records as registered.
select
    kind,
    indicator,
    record,
    test,
    direction
from flag_area_to_address
order by
    case kind when 'change' then 1 when 'concern' then 2 when 'excellent' then 3 else 4 end,
    position
