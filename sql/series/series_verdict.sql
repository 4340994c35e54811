-- One row per series, in the order of their names: what the test said of its last periods; periods are first days.
select
    n.series_id,
    t.status,
    make_date(t.span_start // r.periods_per_year, t.span_start % r.periods_per_year * 12 // r.periods_per_year + 1, 1)
        as span_start,
    make_date(t.span_end // r.periods_per_year, t.span_end % r.periods_per_year * 12 // r.periods_per_year + 1, 1)
        as span_end,
    t.observed,
    t.expected,
    t.low98,
    t.high98,
    t.low99,
    t.high99,
    t.p,
    t.model,
    t.k,
    t.nu,
    t.n,
    t.weight_independent,
    t.weight_wandering
from series_tested as t
inner join series_name as n on t.place = n.series - 1
cross join series_reading as r
order by n.series
