-- One row per tested series: which list it is on, which test put it there, in which direction, and what was required.
-- The lists and their error budget: docs/methods.md.
with tested as (
    select
        s.series,
        s.indicator,
        s.area,
        s.area = r.force_area as is_force,
        max(f.p) filter (where s.test = 'quarter') as p_quarter,
        max(f.p) filter (where s.test = 'year') as p_year,
        max(f.p) filter (where s.test = 'last_two') as p_last_two,
        max(f.p) filter (where s.test = 'last_one') as p_last_one,
        max(f.status) filter (where s.test = 'quarter') as quarter_status
    from flag_span as s
    inner join flag_forecast as f on s.series = f.series and s.test = f.test
    cross join plan_run as r
    group by s.series, s.indicator, s.area, r.force_area
),

budget as (
    -- At most one false area to address in four papers, however the tests depend on each other.
    select
        count(p_quarter) + count(p_year) as tests,
        least(0.01, 0.25 / greatest(count(p_quarter) + count(p_year), 1)) as required_p
    from tested
    where is_force
),

force_verdict as (
    select
        t.*,
        b.tests,
        b.required_p,
        case
            when t.p_quarter < b.required_p then 'quarter'
            when t.p_year < b.required_p then 'year'
        end as strong_test,
        case
            when t.p_quarter < 0.02 then 'quarter'
            when t.p_year < 0.02 then 'year'
            when t.p_last_two < 0.005 then 'last_two'
            when t.p_last_one < 0.005 then 'last_one'
        end as early_test
    from tested as t
    cross join budget as b
    where t.is_force
),

area_count as (
    select
        indicator,
        count(*) as areas
    from tested
    where not is_force
    group by indicator
),

verdict as (
    select
        series,
        indicator,
        area,
        is_force,
        tests,
        required_p,
        coalesce(strong_test, early_test) as test,
        case
            when strong_test is not null then 'strong'
            when early_test is not null then 'early'
            when p_quarter is null and p_year is null then 'cannot_tell'
            else 'nothing'
        end as list
    from force_verdict
    union all
    -- A local area is tested only where the force's own change is strong evidence, by the test that found it, and the
    -- areas of an indicator share the force's part of the budget.
    select
        t.series,
        t.indicator,
        t.area,
        t.is_force,
        v.tests,
        v.required_p / c.areas as required_p,
        v.strong_test as test,
        case
            when v.strong_test is null then 'not_tested'
            when v.strong_test = 'quarter' and t.p_quarter < v.required_p / c.areas then 'strong'
            when v.strong_test = 'year' and t.p_year < v.required_p / c.areas then 'strong'
            when case v.strong_test when 'quarter' then t.p_quarter else t.p_year end is null then 'cannot_tell'
            else 'nothing'
        end as list
    from tested as t
    inner join force_verdict as v on t.indicator = v.indicator
    inner join area_count as c on t.indicator = c.indicator
    where not t.is_force
)

select
    v.*,
    t.quarter_status,
    -- What was not called for is not told.
    case when v.list != 'not_tested' then t.p_quarter end as p_quarter,
    case when v.list != 'not_tested' then t.p_year end as p_year,
    case when v.is_force then t.p_last_two end as p_last_two,
    case when v.is_force then t.p_last_one end as p_last_one,
    case
        when v.list in ('strong', 'early') then case when f.observed > f.expected then 'up' else 'down' end
    end as direction
from verdict as v
inner join tested as t on v.series = t.series
left join flag_forecast as f on v.series = f.series and v.test = f.test
