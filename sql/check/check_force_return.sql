-- One row per area, month or financial quarter, and measure: the numerators returned for it.
with periods as (
    select
        *,
        case
            when period_end = last_day(period_start) then strftime(period_start, '%Y-%m')
            -- Three months earlier every financial year lies in one calendar year.
            else
                strftime(period_start - to_months(3), '%Y/')
                || strftime(period_start + to_months(9), '%y')
                || ' Q' || quarter(period_start - to_months(3))
        end as period
    from stg_force_return
)

select
    area as force,
    period,
    measure as category,
    sum(numerator) as count
from periods
group by all
order by area, period, category
