-- One row per area to address: a significant change that was computed, or a record that people made, with its kind.
select
    'change' as kind,
    s.indicator,
    '' as record,
    s.rule,
    s.direction,
    i.position
from flag_signal as s
inner join plan_indicator as i on s.indicator = i.indicator
-- The force is tested; its local areas are described beside it.
inner join plan_run as r on s.area = r.force_area
where i.shown = 'standing'
union all
select
    p.kind,
    '' as indicator,
    p.record,
    '' as rule,
    '' as direction,
    p.position
from plan_record as p
inner join plan_run as r on p.dated >= r.records_from
