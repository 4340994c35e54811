-- One row per correction that this run made, in the order of the files that declare them.
select
    c.source,
    s.title,
    s.illustrative,
    c.file,
    c.member,
    c.record,
    c.column_name,
    c.before,
    c.after,
    c.is_before_confidential,
    c.is_after_confidential,
    c.is_dropped,
    c.was_rejected,
    c.reason,
    c.decided_by,
    c.decided_on
from kpi_correction as c
inner join plan_source as s on c.source = s.source
order by c.position
