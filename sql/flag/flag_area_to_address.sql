-- One row per area to address: a significant change that was computed, or a record that people made, with its kind.
select
    'change' as kind,
    v.indicator,
    '' as record,
    v.test,
    v.direction,
    i.position
from flag_verdict as v
inner join plan_indicator as i on v.indicator = i.indicator
-- The force is tested; what is found of its local areas is told beside it.
where v.is_force and v.list = 'strong'
union all
select
    p.kind,
    '' as indicator,
    p.record,
    '' as test,
    '' as direction,
    p.position
from plan_record as p
inner join plan_run as r on p.dated >= r.records_from
