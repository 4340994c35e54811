-- One row per record of the file: an area and the year of its population estimate.
with cleaned as (
    select
        coalesce(member, '') as member,
        cast(record as bigint) as record,
        plain(columns(* exclude (file_name, member, record)))
    from raw_file
),

parts as (
    select
        *,
        case when regexp_full_match(year, '\d{4}') then cast(year as integer) end as calendar_year,
        whole_in(population) as people
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
            -- The first census was taken in 1801; an older estimate than those in use is told of by a warning.
            when year_fault(calendar_year, 1801) is not null
                then struct_pack(place := 'year', found := year, reason := year_fault(calendar_year, 1801))
            when people is null or people < 0
                then struct_pack(
                    place := 'population', found := population,
                    reason := 'is not a whole number of people'
                )
            when size_fault(people) is not null
                then struct_pack(place := 'population', found := population, reason := size_fault(people))
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
