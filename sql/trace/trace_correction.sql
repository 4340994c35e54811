-- One row per correction in the files and periods that a figure is made from, with what stood there and what counts.
with asked as (
    select
        $extracts::varchar[] as extracts,
        $first::date as first_day,
        $last::date as last_day
)

select
    c.extract_id,
    c.member,
    c.record,
    c.column_name,
    c.before,
    c.after,
    c.is_before_confidential,
    c.is_after_confidential,
    c.is_dropped,
    c.reason,
    c.decided_by,
    c.decided_on
from asked
inner join kpi_correction as c on list_contains(asked.extracts, c.extract_id)
where
    exists (
        select 1
        from (select unnest(c.periods) as period_start) as p
        where p.period_start between asked.first_day and asked.last_day
    )
order by c.extract_id, c.member, c.record, c.position
