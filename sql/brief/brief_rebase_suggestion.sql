-- One row per indicator whose figures have stayed on one side of the usual level: what officers may think about.
select
    s.indicator,
    i.title,
    i.unit,
    i.decimals,
    i.frequency,
    s.since,
    s.points,
    s.side,
    s.centre_line,
    s.level_since
from flag_rebase_suggestion as s
inner join plan_indicator as i on s.indicator = i.indicator
order by i.position
