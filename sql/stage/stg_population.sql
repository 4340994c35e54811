-- One row per record of the file: an area and the year of its population estimate.
with cleaned as (
    select
        coalesce(member, '') as member,
        cast(record as bigint) as record,
        nullif(
            trim(regexp_replace(columns(* exclude (file_name, member, record)), '[\s\p{Z}]+', ' ', 'g')), ''
        )
    from raw_file
),

parts as (
    select
        *,
        case when regexp_full_match(year, '\d{4}') then cast(year as integer) end as calendar_year,
        -- Thousands are set off by commas or spaces.
        case
            when regexp_full_match(population, '\d+|\d{1,3}([ ,]\d{3})+')
                then try_cast(regexp_replace(population, '[ ,]', '', 'g') as bigint)
        end as people
    from cleaned
),

checked as (
    select
        *,
        case
            when area is null
                then struct_pack(place := 'area', found := '', reason := 'is empty')
            when name_fault(area) is not null
                then struct_pack(place := 'area', found := area, reason := name_fault(area))
            when calendar_year is null
                then struct_pack(place := 'year', found := year, reason := 'is not a year such as 2021')
            when people is null
                then struct_pack(
                    place := 'population', found := population,
                    reason := 'is not a whole number of people'
                )
        end as fault
    from parts
)

select
    $extract_id as extract_id,
    $source as source,
    member,
    record,
    area,
    calendar_year as year,
    people as population,
    note,
    fault.place as reject_column,
    coalesce(fault.found, '') as reject_value,
    fault.reason as reject_reason
from checked
