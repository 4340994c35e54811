-- One row per indicator that is worth knowing, the largest change first: how it moved and what level it is back at.
select
    indicator,
    value,
    change_pct,
    quarters_one_way,
    value_before_move,
    period_before_move,
    level_first_year,
    level_last_year,
    level_lowest,
    level_highest,
    lowest,
    highest,
    since
from flag_worth_knowing
order by place
