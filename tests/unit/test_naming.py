"""Periods in the names of files."""

from __future__ import annotations

import datetime as dt

import pytest

from flows.plan.naming import Period, as_glob, in_order, matches, name_in, period_in

JUNE = Period(dt.date(2023, 6, 1), 1)
LAST_QUARTER = Period(dt.date(2024, 1, 1), 3)


@pytest.mark.parametrize(
    ("pattern", "path", "period"),
    [
        ("return-{YYYY-MM}.csv", "return-2023-06.csv", JUNE),
        ("return-{YYYYMM}.csv", "/in/return-202306.csv", JUNE),
        ("return-{period}.csv", "return-202306.csv", JUNE),
        ("return-{period}.csv", "return-2023-24-Q4.csv", LAST_QUARTER),
        ("{YYYY-YY-QN}-*.csv", "2023-24-q4-final.csv", LAST_QUARTER),
        ("{YYYY-MM}/{YYYY-MM}-*-street.csv", "in/2023-06/2023-06-wiltshire-street.csv", JUNE),
        ("{YYYY-MM}/{YYYY-MM}-*-street.csv", "in/2023-05/2023-06-wiltshire-street.csv", None),
        ("return-{YYYY-MM}.csv", "return-2023-13.csv", None),
        ("return-{YYYY-MM}.csv", "old-return-2023-06.csv", None),
        ("return-{YYYY-MM}.csv", "return-2023-06.csv.part", None),
        ("return-{YYYY-YY-QN}.csv", "return-2023-25-Q1.csv", None),
        ("return.csv", "return.csv", None),
    ],
)
def test_the_period_is_read_from_the_name(pattern: str, path: str, period: Period | None) -> None:
    assert period_in(pattern, path) == period


def test_patterns_without_a_period_match_as_they_always_did() -> None:
    assert matches("*.csv.gz", "/a/b/c.csv.gz") and not matches("*.csv.gz", "/a/b/c.csv")
    assert matches("[ab]?.csv", "b1.csv") and not matches("[ab]?.csv", "c1.csv")
    assert not matches("return-{YYYY-MM}.csv", "return-2023-00.csv")
    assert as_glob("in/{YYYY-MM}/a-{period}*.csv") == "in/*/a-*.csv"


def test_a_name_holds_as_many_folders_as_its_pattern() -> None:
    assert name_in("{YYYY-MM}/return.csv", "/in/2023-06/return.csv") == "2023-06/return.csv"
    assert name_in("return-*.csv", "C:\\in\\return-1.csv") == name_in("*", "return-1.csv") == "return-1.csv"
    assert period_in("{YYYY-MM}/return.csv", "2023-06/return.csv") == JUNE


def test_a_name_that_says_more_comes_after_the_plain_one_and_ten_after_two() -> None:
    names = ["r-2023-06.csv", "r-2023-06-corrected.csv", "r-2023-06_v2.csv.gz", "r-2023-06_v10.csv", "r-2023-07.xlsx"]
    turned = list(reversed(names))
    assert sorted(turned, key=in_order) == names


def test_periods_follow_each_other_and_have_names() -> None:
    assert [JUNE.label, JUNE.next.label, JUNE.end] == ["2023-06", "2023-07", dt.date(2023, 6, 30)]
    assert [LAST_QUARTER.label, LAST_QUARTER.next.label] == ["2023/24 Q4", "2024/25 Q1"]
    assert Period(dt.date(2023, 12, 1), 1).next.label == "2024-01" and LAST_QUARTER.end == dt.date(2024, 3, 31)
