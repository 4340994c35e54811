-- One row per correction that this run made, in the order of the files that declare them.
select
    c.source,
    s.title,
    s.published,
    s.illustrative,
    c.file,
    c.member,
    c.record,
    c.column_name,
    c.before,
    c.after,
    c.is_dropped,
    c.was_rejected,
    c.reason,
    c.decided_by,
    c.decided_on
from plan_correction as c
inner join plan_source as s on c.source = s.source
order by c.position
