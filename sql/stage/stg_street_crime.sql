-- One row per record of the file: a crime or an incident. Equal records are different incidents and all stay.
with cleaned as (
    select
        coalesce(member, '') as member,
        cast(record as bigint) as record,
        -- The force's short name and the month stand only in the member's name, or the file's own.
        regexp_extract(
            lower(coalesce(member, '') || '!' || file_name),
            '(\d{4}-\d{2})-([a-z0-9-]+)-street\.',
            ['month', 'force']
        ) as named,
        plain(columns(* exclude (file_name, member, record)))
    from raw_file
),

parts as (
    select
        *,
        case
            when regexp_full_match(month, '\d{4}-\d{2}')
                then cast(try_strptime(month || '-01', '%Y-%m-%d') as date)
        end as month_start,
        case
            when regexp_full_match(longitude, '[-+]?\d+(\.\d+)?([eE][-+]?\d+)?') then try_cast(longitude as double)
        end as east,
        case
            when regexp_full_match(latitude, '[-+]?\d+(\.\d+)?([eE][-+]?\d+)?') then try_cast(latitude as double)
        end as north
    from cleaned
),

checked as (
    select
        *,
        case
            when month_start is null
                then struct_pack(place := 'month', found := month, reason := 'is not a month such as 2023-04')
            when year_fault(year(month_start), 1981) is not null
                then struct_pack(place := 'month', found := month, reason := year_fault(year(month_start), 1981))
            when month <> named.month
                then struct_pack(
                    place := 'month', found := month,
                    reason := 'is not the month ' || named.month || ' of the file''s name'
                )
            when crime_type is null
                then struct_pack(place := 'crime_type', found := '', reason := 'is empty')
            when name_fault(crime_type) is not null
                then struct_pack(place := 'crime_type', found := crime_type, reason := name_fault(crime_type))
        end as fault
    from parts
)

select
    $extract_id as extract_id,
    $source as source,
    member,
    record,
    crime_id,
    month_start as period_start,
    last_day(month_start) as period_end,
    named.force as force,
    reported_by,
    falls_within,
    east as longitude,
    north as latitude,
    -- No figure needs them, so a record is not refused for coordinates that are no degrees; a warning tells of them.
    (longitude is not null and east is null) or (latitude is not null and north is null) as has_faulty_coordinates,
    location,
    lsoa_code,
    lsoa_name,
    -- "Swindon 012B" lies in Swindon.
    nullif(regexp_replace(lsoa_name, ' ?[^ ]+$', ''), '') as local_authority,
    crime_type,
    last_outcome,
    context,
    fault.place as reject_column,
    coalesce(fault.found, '') as reject_value,
    fault.reason as reject_reason
from checked
