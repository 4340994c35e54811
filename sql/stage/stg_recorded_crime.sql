-- One row per record of the file: a financial quarter, a force, and an offence or an offence subgroup.
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
            when regexp_full_match(financial_year, '\d{4}/\d{2}')
                then cast(left(financial_year, 4) as integer)
        end as first_year,
        case
            when regexp_full_match(financial_quarter, '[1-4]') then cast(financial_quarter as integer)
        end as quarter,
        -- Negative counts are cancelled records of earlier quarters.
        whole_in(offences) as offence_count
    from cleaned
),

checked as (
    select
        *,
        case
            when first_year is null or (first_year + 1) % 100 <> cast(right(financial_year, 2) as integer)
                then struct_pack(
                    place := 'financial_year', found := financial_year,
                    reason := 'is not a financial year such as 2023/24'
                )
            when year_fault(first_year, 1981) is not null
                then struct_pack(
                    place := 'financial_year', found := financial_year, reason := year_fault(first_year, 1981)
                )
            when quarter is null
                then struct_pack(
                    place := 'financial_quarter', found := financial_quarter,
                    reason := 'is not a financial quarter from 1 (April to June) to 4'
                )
            when parts.force is null
                then struct_pack(place := 'force', found := '', reason := 'is empty')
            when offence_group is null
                then struct_pack(place := 'offence_group', found := '', reason := 'is empty')
            when offence_subgroup is null
                then struct_pack(place := 'offence_subgroup', found := '', reason := 'is empty')
            when name_fault(parts.force) is not null
                then struct_pack(
                    place := 'force', found := parts.force, reason := name_fault(parts.force)
                )
            when name_fault(offence_group) is not null
                then struct_pack(
                    place := 'offence_group', found := offence_group, reason := name_fault(offence_group)
                )
            when name_fault(offence_subgroup) is not null
                then struct_pack(
                    place := 'offence_subgroup', found := offence_subgroup, reason := name_fault(offence_subgroup)
                )
            when offence_count is null
                then struct_pack(
                    place := 'offences', found := offences,
                    reason := 'is not a whole number of offences'
                )
            when size_fault(offence_count) is not null
                then struct_pack(place := 'offences', found := offences, reason := size_fault(offence_count))
        end as fault
    from parts
)

select
    $extract_id as extract_id,
    $source as source,
    member,
    record,
    financial_year,
    quarter as financial_quarter,
    cast(make_date(first_year, 4, 1) + to_months(3 * (quarter - 1)) as date) as period_start,
    last_day(make_date(first_year, 4, 1) + to_months(3 * quarter - 1)) as period_end,
    checked.force,
    offence_group,
    offence_subgroup,
    offence_description,
    offence_code,
    offence_count as offences,
    fault.place as reject_column,
    coalesce(fault.found, '') as reject_value,
    fault.reason as reject_reason
from checked
