-- One row per record of the file: a measure, an area and a month or financial quarter.
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
        case
            when regexp_full_match(period, '\d{4}-\d{2}')
                then cast(try_strptime(period || '-01', '%Y-%m-%d') as date)
            when
                regexp_full_match(period, '\d{4}/\d{2} Q[1-4]')
                and (cast(left(period, 4) as integer) + 1) % 100 = cast(substr(period, 6, 2) as integer)
                then cast(
                    make_date(cast(left(period, 4) as integer), 4, 1)
                    + to_months(3 * cast(right(period, 1) as integer) - 3) as date
                )
        end as first_day,
        case when contains(period, 'Q') then 3 else 1 end as months,
        number_in(numerator) as numerator_number,
        number_in(denominator) as denominator_number
    from cleaned
),

-- "1.234" is a thousand to some and a fraction to others; a measure that has other fractions shows which.
measures as (
    select
        *,
        bool_or(regexp_matches(numerator, '\.(\d{1,2}|\d{4,})$')) over (partition by measure) as has_fractions,
        bool_or(regexp_matches(denominator, '\.(\d{1,2}|\d{4,})$')) over (partition by measure) as has_parts
    from parts
),

checked as (
    select
        *,
        case
            when measure is null
                then struct_pack(place := 'measure', found := '', reason := 'is empty')
            when area is null
                then struct_pack(place := 'area', found := '', reason := 'is empty')
            when name_fault(measure) is not null
                then struct_pack(place := 'measure', found := measure, reason := name_fault(measure))
            when name_fault(area) is not null
                then struct_pack(place := 'area', found := area, reason := name_fault(area))
            when first_day is null
                then struct_pack(
                    place := 'period', found := period,
                    reason := 'is neither a month such as 2023-04 nor a financial quarter such as 2023/24 Q1'
                )
            when year_fault(year(first_day), 1981) is not null
                then struct_pack(place := 'period', found := period, reason := year_fault(year(first_day), 1981))
            when numerator is null
                then struct_pack(
                    place := 'numerator', found := '',
                    reason := 'is empty: write 0 if it is none, and leave the row out if there is no return'
                )
            when numerator_number is null
                then struct_pack(place := 'numerator', found := numerator, reason := 'is not a number')
            when size_fault(numerator_number) is not null
                then struct_pack(place := 'numerator', found := numerator, reason := size_fault(numerator_number))
            when numerator_number < 0
                then struct_pack(place := 'numerator', found := numerator, reason := 'is negative')
            when denominator is not null and denominator_number is null
                then struct_pack(place := 'denominator', found := denominator, reason := 'is not a number')
            when size_fault(denominator_number) is not null
                then struct_pack(place := 'denominator', found := denominator, reason := size_fault(denominator_number))
            when denominator_number < 0
                then struct_pack(place := 'denominator', found := denominator, reason := 'is negative')
            when denominator_number = 0 and numerator_number > 0
                then struct_pack(
                    place := 'denominator', found := denominator,
                    reason := 'is zero though the numerator is not'
                )
            when not has_fractions and regexp_full_match(numerator, '[-+]?[1-9]\d{0,2}\.\d{3}')
                then struct_pack(
                    place := 'numerator', found := numerator,
                    reason := 'is a thousand or a fraction: write it as 1234 or as 1.2340, as it is meant'
                )
            when not has_parts and regexp_full_match(denominator, '[-+]?[1-9]\d{0,2}\.\d{3}')
                then struct_pack(
                    place := 'denominator', found := denominator,
                    reason := 'is a thousand or a fraction: write it as 1234 or as 1.2340, as it is meant'
                )
        end as fault
    from measures
)

select
    $extract_id as extract_id,
    $source as source,
    member,
    record,
    measure,
    area,
    first_day as period_start,
    last_day(first_day + to_months(months - 1)) as period_end,
    numerator_number as numerator,
    denominator_number as denominator,
    note,
    fault.place as reject_column,
    coalesce(fault.found, '') as reject_value,
    fault.reason as reject_reason
from checked
