-- One row per record, in the order of series and period, with NaN for what is missing; places count from nought.
-- A period is year * 12 + month - 1 or year * 4 + quarter - 1.
select
    i.series - 1 as place,
    year(i.day) * r.periods_per_year + (month(i.day) - 1) * r.periods_per_year // 12 as period,
    coalesce(i.value, 'nan'::double) as value,
    coalesce(i.denominator, 'nan'::double) as denominator,
    x.day is not null as is_excluded
from series_input as i
left join series_exclude as x on i.series = x.series and i.day = x.day
cross join series_reading as r
order by i.series, i.day
