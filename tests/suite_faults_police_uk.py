"""What makes each expectation of the tables of data.police.uk fail, and the number of rows that it then finds."""

from __future__ import annotations

CUT = "UPDATE extract_file SET open_ended = (SELECT list(DISTINCT member) FROM {})"
CHANGED_MONTH = "DATE '2023-05-02'"

VINTAGES = (
    "INSERT INTO vintage_file VALUES ('V1', 's', '{layout}', 'f.csv', NULL, 1, FALSE),"
    " ('V2', 's', '{layout}', 'f.csv', NULL, 2, TRUE); INSERT INTO vintage_figure SELECT extract_id, {area}, 'm',"
    " DATE '2023-04-01', DATE '2023-04-30', numerator, NULL, {open} FROM (VALUES "
)
MONTHLY = (
    ("periods_had_ended", "UPDATE extract_file SET received = DATE '2023-08-31'", 1),
    ("last_month_is_the_one_named", "UPDATE extract_file SET name = '2023-07.zip'", 1),
    (
        "file_is_of_the_force_in_its_name",
        "UPDATE {table} SET falls_within = 'Dorset Police' WHERE member = 'm05.csv'",
        1,
    ),
    ("rows_lie_in_the_force", "UPDATE {table} SET local_authority = 'X' WHERE member = 'm05.csv' AND record < 10", 1),
    (
        "months_are_different",
        "UPDATE {table} SET crime_id = replace(crime_id, '06-', '05-') WHERE member = 'm06.csv'",
        1,
    ),
    (
        "month_is_sent_once",
        "INSERT INTO {table} SELECT * REPLACE ('E2' AS extract_id) FROM {table} WHERE member = 'm05.csv'",
        1,
    ),
)
# Areas of one month under another authority's name, which others keep.
MOVED = (
    "a_local_area_stays_in_its_authority",
    "UPDATE {table} SET lsoa_code = 'E0200', local_authority = 'West' WHERE record > 190;"
    "UPDATE {table} SET local_authority = 'East' WHERE record > 190 AND member = 'm06.csv'",
    1,
)
POLICE_UK: dict[str, list[tuple[str, str, int]]] = {
    "stg_street_crime": [
        ("a_local_area_has_one_name", "UPDATE stg_street_crime SET lsoa_name = 'West 001A' WHERE record = 2", 1),
        (
            "crimes_are_not_copied",
            "INSERT INTO stg_street_crime SELECT * FROM stg_street_crime WHERE member = 'm04.csv' AND record < 20",
            1,
        ),
        ("has_rows", "DELETE FROM stg_street_crime", 1),
        ("coordinates_are_degrees", "UPDATE stg_street_crime SET has_faulty_coordinates = TRUE WHERE record = 3", 5),
        ("last_line_is_ended", CUT.format("stg_street_crime"), 5),
        ("force_month_and_type_are_filled", "UPDATE stg_street_crime SET crime_type = NULL WHERE record = 3", 5),
        ("period_is_one_month", f"UPDATE stg_street_crime SET period_start = {CHANGED_MONTH} WHERE record = 3", 5),
        ("crime_type_is_known", "UPDATE stg_street_crime SET crime_type = 'Burglaries' WHERE record < 9", 1),
        (
            "month_of_a_force_is_in_one_file",
            "INSERT INTO stg_street_crime SELECT * REPLACE ('copy.csv' AS member) FROM stg_street_crime"
            " WHERE member = 'm05.csv'",
            1,
        ),
        ("file_is_of_one_force", "UPDATE stg_street_crime SET falls_within = 'Dorset Police' WHERE record = 3", 5),
        ("the_panels_force_is_there", "UPDATE stg_street_crime SET force = 'next' WHERE member = 'm05.csv'", 1),
        (
            "incidents_have_no_id",
            "UPDATE stg_street_crime SET crime_id = 'c' WHERE record = 2 AND member = 'm04.csv'",
            1,
        ),
        ("crimes_have_an_id", "UPDATE stg_street_crime SET crime_id = NULL WHERE record = 3", 5),
        (
            "crimes_are_not_given_twice",
            "INSERT INTO stg_street_crime SELECT * FROM stg_street_crime WHERE member = 'm05.csv' AND record < 80",
            1,
        ),
        (
            "places_are_known",
            "UPDATE stg_street_crime SET local_authority = NULL WHERE member = 'm05.csv' AND record < 30",
            1,
        ),
        ("no_month_is_missing", "DELETE FROM stg_street_crime WHERE member = 'm05.csv'", 1),
        ("no_month_is_cut_short", "DELETE FROM stg_street_crime WHERE member = 'm05.csv' AND record > 90", 2),
        *MONTHLY,
        ("no_month_collapses", "DELETE FROM stg_street_crime WHERE member = 'm06.csv' AND record > 12", 6),
        (
            "no_month_leaps",
            "INSERT INTO stg_street_crime SELECT b.* FROM stg_street_crime AS b, range(5) WHERE b.member = 'm06.csv'"
            " AND b.crime_type = 'Burglary' AND b.local_authority = 'East'",
            2,
        ),
        (
            "no_crime_type_vanishes",
            "DELETE FROM stg_street_crime WHERE member = 'm06.csv' AND crime_type = 'Anti-social behaviour'",
            2,
        ),
        (
            "incidents_are_not_copied",
            "INSERT INTO stg_street_crime SELECT * FROM stg_street_crime WHERE member = 'm06.csv'"
            " AND crime_type = 'Anti-social behaviour'",
            1,
        ),
        MOVED,
        (
            "older_months_are_further_on",
            "UPDATE stg_street_crime SET last_outcome = 'Under investigation' WHERE member = 'm05.csv'",
            1,
        ),
        (
            "investigations_close_from_vintage_to_vintage",
            VINTAGES.replace("{open}", "under_investigation")
            + "('V1', 200, 20), ('V2', 200, 40)) AS v (extract_id, numerator, under_investigation)",
            1,
        ),
    ],
    "stg_crime_outcome": [
        ("a_local_area_has_one_name", "UPDATE stg_crime_outcome SET lsoa_name = 'West 001A' WHERE record = 2", 1),
        ("has_rows", "DELETE FROM stg_crime_outcome", 1),
        ("coordinates_are_degrees", "UPDATE stg_crime_outcome SET has_faulty_coordinates = TRUE WHERE record = 3", 5),
        ("last_line_is_ended", CUT.format("stg_crime_outcome"), 5),
        ("force_month_and_type_are_filled", "UPDATE stg_crime_outcome SET force = NULL WHERE record = 3", 5),
        ("period_is_one_month", f"UPDATE stg_crime_outcome SET period_end = {CHANGED_MONTH} WHERE record = 3", 5),
        ("outcome_type_is_known", "UPDATE stg_crime_outcome SET outcome_type = 'Solved' WHERE record < 9", 1),
        (
            "month_of_a_force_is_in_one_file",
            "INSERT INTO stg_crime_outcome SELECT * REPLACE ('copy.csv' AS member) FROM stg_crime_outcome"
            " WHERE member = 'm05.csv'",
            1,
        ),
        ("outcomes_have_an_id", "UPDATE stg_crime_outcome SET crime_id = NULL WHERE record = 3", 5),
        (
            "outcomes_are_not_given_twice",
            "INSERT INTO stg_crime_outcome SELECT * FROM stg_crime_outcome WHERE member = 'm05.csv' AND record < 80",
            1,
        ),
        ("no_month_is_missing", "DELETE FROM stg_crime_outcome WHERE member = 'm05.csv'", 1),
        *MONTHLY,
        MOVED,
        ("no_month_collapses", "DELETE FROM stg_crime_outcome WHERE member = 'm06.csv' AND record > 12", 2),
    ],
}
