-- One row per indicator, local authority area and month that the latest police.uk file of the area's own force holds.
with extract_month as (
    select distinct
        source,
        period_start,
        force,
        extract_id
    from stg_street_crime
),

vintage as (
    select
        c.source,
        c.period_start,
        c.force,
        arg_max(c.extract_id, (f.received, f.arrival)) as extract_id
    from extract_month as c
    inner join extract_file as f on c.extract_id = f.extract_id
    group by all
),

-- Identical rows are different incidents (anti-social behaviour has no crime ID), so rows are counted as they stand.
-- A neighbouring force's file holds a few rows of the area too. They are not counted: a figure would otherwise turn on
-- which neighbours an archive holds, and a few of theirs would stand for the area's own file where that is missing.
crime as (
    select
        c.source,
        c.extract_id,
        c.period_start,
        a.area,
        c.crime_type,
        count(*) as crimes
    from stg_street_crime as c
    inner join vintage as v
        on c.source = v.source and c.period_start = v.period_start and c.force = v.force and c.extract_id = v.extract_id
    inner join plan_area as a on c.local_authority = a.local_authority and c.force = a.police_uk
    group by all
),

wanted as (
    select
        s.indicator,
        i.source,
        s.item as crime_type,
        count(*) over (partition by s.indicator) as crime_types
    from plan_indicator_select as s
    inner join plan_indicator as i on s.indicator = i.indicator
    where s.field = 'crime_types'
),

-- An indicator has a figure in a month only if each of its crime types was in use: some force's file holds it.
held as (
    select
        w.indicator,
        w.source,
        c.period_start
    from wanted as w
    inner join stg_street_crime as c on w.source = c.source and w.crime_type = c.crime_type
    inner join vintage as v
        on c.source = v.source and c.period_start = v.period_start and c.force = v.force and c.extract_id = v.extract_id
    group by w.indicator, w.source, w.crime_types, c.period_start
    having count(distinct c.crime_type) = w.crime_types
),

-- What an area's own force has delivered in no month at all is missing there, whatever other forces deliver.
delivered as (
    select
        w.indicator,
        w.source,
        c.force
    from wanted as w
    inner join stg_street_crime as c on w.source = c.source and w.crime_type = c.crime_type
    inner join vintage as v
        on c.source = v.source and c.period_start = v.period_start and c.force = v.force and c.extract_id = v.extract_id
    group by w.indicator, w.source, w.crime_types, c.force
    having count(distinct c.crime_type) = w.crime_types
),

area_month as (
    select
        c.source,
        c.period_start,
        c.area,
        a.police_uk as force,
        min(c.extract_id) as extract_id
    from crime as c
    inner join plan_area as a on c.area = a.area
    group by all
)

select
    h.indicator,
    m.area,
    m.period_start,
    -- No row of the area for a crime type that is in use, and that its force delivers, is a count of nought.
    coalesce(sum(c.crimes), 0)::double as numerator,
    null::double as denominator,
    m.extract_id
from held as h
inner join area_month as m on h.source = m.source and h.period_start = m.period_start
inner join delivered as d on h.indicator = d.indicator and m.source = d.source and m.force = d.force
inner join wanted as w on h.indicator = w.indicator
left join crime as c
    on
        m.source = c.source
        and m.period_start = c.period_start
        and m.area = c.area
        and w.crime_type = c.crime_type
group by all
