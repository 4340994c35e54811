-- One row per indicator of the force that is worth knowing: the largest changes on the same quarter a year before.
-- A description and no test: docs/methods.md. Where the figure stands among those of the last years is told beside it.
with candidate as (
    select
        v.series,
        v.indicator,
        v.area,
        s.change_pct,
        s.period_start,
        s.value
    from flag_verdict as v
    inner join kpi_summary as s on v.indicator = s.indicator and v.area = s.area
    inner join plan_indicator as i on v.indicator = i.indicator and i.kind = 'count'
    inner join flag_forecast as f on v.series = f.series and f.test = 'quarter'
    inner join flag_span as p on v.series = p.series and p.test = 'quarter'
    where
        v.is_force
        and v.list = 'nothing'
        -- Changes of small numbers are mostly chance.
        and f.expected * (p.last_position - p.first_position + 1) >= 100
        and abs(s.change_pct) >= 10
),

chosen as (
    select
        *,
        row_number() over (order by abs(change_pct) desc, indicator) as place
    from candidate
    qualify place <= 3
),

-- Quarters before a declared rebase are not of the same thing.
before as (
    select
        c.indicator,
        c.value as reported_value,
        c.change_pct,
        k.period_start,
        k.value,
        year(k.period_start - interval 3 month) as financial_year,
        date_diff('quarter', k.period_start, c.period_start) as quarters_ago
    from chosen as c
    inner join kpi_value as k
        on c.indicator = k.indicator and c.area = k.area and k.grain = 'quarter' and c.period_start > k.period_start
    where
        k.value is not null
        and not exists (
            select 1 from plan_rebase as b
            where b.indicator = c.indicator and b.starts > k.period_start and b.starts <= c.period_start
        )
),

-- Each step back: did the figure move the same way as over the year?
step as (
    select
        *,
        sign(lag(value, 1, reported_value) over going_back - value) = sign(change_pct) as is_same_way,
        -- A quarter without a figure breaks the row.
        row_number() over going_back as quarters_back
    from before
    window going_back as (partition by indicator order by quarters_ago)
),

moved as (
    select
        *,
        bool_and(is_same_way and quarters_ago = quarters_back) over (
            partition by indicator order by quarters_ago
        ) as is_unbroken
    from step
),

movement as (
    select
        indicator,
        count(*) filter (where is_unbroken) as quarters_one_way,
        arg_max(value, quarters_ago) filter (where is_unbroken) as value_before_move,
        arg_max(period_start, quarters_ago) filter (where is_unbroken) as period_before_move
    from moved
    group by indicator
),

-- The financial years whose quarters lay about the reported figure, and the last unbroken row of such years.
year_range as (
    select
        indicator,
        financial_year,
        min(value) as lowest,
        max(value) as highest,
        any_value(reported_value) between min(value) and max(value) as is_its_level
    from before
    group by indicator, financial_year
    having count(*) = 4
),

level_year as (
    select
        *,
        financial_year - row_number() over (partition by indicator order by financial_year) as year_row
    from year_range
    where is_its_level
),

level as (
    select
        indicator,
        min(financial_year) as level_first_year,
        max(financial_year) as level_last_year,
        min(lowest) as level_lowest,
        max(highest) as level_highest
    from level_year
    group by indicator, year_row
    qualify level_last_year = max(level_last_year) over (partition by indicator)
),

reach as (
    select
        indicator,
        min(value) as lowest,
        max(value) as highest,
        min(period_start) as since
    from before
    group by indicator
)

select
    c.series,
    c.indicator,
    c.area,
    c.place,
    c.value,
    c.change_pct,
    m.quarters_one_way,
    m.value_before_move,
    m.period_before_move,
    l.level_first_year,
    l.level_last_year,
    l.level_lowest,
    l.level_highest,
    r.lowest,
    r.highest,
    r.since
from chosen as c
inner join movement as m on c.indicator = m.indicator
inner join reach as r on c.indicator = r.indicator
left join level as l on c.indicator = l.indicator
