-- One row per force and quarter: the mid-year population estimate nearest before the twelve months that end with it.
with quarter as (
    select distinct
        period_end,
        (period_end + 1 - interval 12 month)::date as twelve_months_start
    from kpi_period
    where grain = 'quarter'
),

estimate as (
    select
        t.area as force,
        t.year,
        arg_max(t.population, (f.received, f.arrival)) as population
    from stg_population as t
    inner join extract_file as f on t.extract_id = f.extract_id
    group by all
)

select
    e.force,
    q.period_end,
    max(e.year) as population_year,
    arg_max(e.population, e.year) as population
from quarter as q
inner join estimate as e on make_date(e.year, 6, 30) < q.twelve_months_start
group by all
