"""The whole flow in Prefect, through the command line: what it leaves, what it says, and that it repeats itself."""

from __future__ import annotations

import csv
import datetime as dt
import email
import email.policy
import gzip
import hashlib
import io
import json
import math
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from flows.errors import PanelbriefError
from flows.plan.loader import load_plan
from flows.settings import CHECKOUT, EXAMPLE
from flows.stages.deliver import deliver
from flows.stats.funnel import flag_funnel
from flows.tracing import read_period, trace_text
from flows.warehouse import open_warehouse, table_rows
from tests.flow.preparing import (
    ABSENT,
    AS_OF,
    HOME_OFFICE,
    MEETING,
    OUTPUTS,
    SERVICE,
    assert_nothing_made,
    assert_whole,
    copy_panel,
    figures,
    home_office_records,
    indicators_of,
    job_for,
    page,
)

PUBLISHED = CHECKOUT.parent / "shared" / "data" / "home-office" / "prc-pfa-2012-13-to-2023-24-q1.csv.gz"
HEADER = (
    "indicator,area,period_start,period_end,numerator,denominator,value,unit,expected_parts,received_parts,source,"
    "extract_id,revised,mark"
)
# Which groups or subgroups each indicator is the sum of, said here a second time on purpose.
SUBGROUPS = {
    "violence_with_injury": ["Violence with injury"],
    "violence_without_injury": ["Violence without injury"],
    "stalking_and_harassment": ["Stalking and harassment"],
    "all_burglary": ["Domestic burglary", "Non-domestic burglary"],
    "domestic_burglary": ["Domestic burglary"],
    "non_domestic_burglary": ["Non-domestic burglary"],
    "vehicle_crime": ["Theft of a motor vehicle", "Theft from a vehicle", "Vehicle interference"],
    "shoplifting": ["Shoplifting"],
    "bicycle_theft": ["Bicycle theft"],
}
GROUPS = {
    "sexual_offences": ["Sexual offences"],
    "robbery": ["Robbery"],
    "possession_of_weapons": ["Possession of weapons offences"],
    "public_order": ["Public order offences"],
    "criminal_damage_and_arson": ["Criminal damage and arson"],
    "drug_offences": ["Drug offences"],
}
HELD_RETURN = "numerator is not the sum of its areas'"


@dataclass(frozen=True)
class Outcome:
    """What one command left: its exit code and what it printed."""

    exit_code: int
    out: str
    err: str


@dataclass(frozen=True)
class Made:
    """What the commands of this module made, by name, and where."""

    home: Path
    empty_home: Path
    stderr: str
    outcomes: dict[str, Outcome]

    @property
    def edition(self) -> Path:
        """Return the first edition's folder."""
        return self.home / "briefings" / MEETING.isoformat() / "draft-1"


def _unsound_panel(folder: Path) -> Path:
    """Return a panel whose service return says more for the force than for its areas."""
    folder.mkdir()
    panel = copy_panel(folder)
    path = panel / SERVICE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[1].startswith("calls_999_within_10_seconds,Wiltshire,2019-04,8217,")
    lines[1] = lines[1].replace(",8217,", ",8317,")
    path.write_text("".join(lines), encoding="utf-8")
    return panel


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return what a row of commands left, with an empty home directory and one temporary server of Prefect."""
    base = tmp_path_factory.mktemp("commands")
    home, empty_home = base / "a-home-of-its-own", base / "empty"
    empty_home.mkdir()
    run = ["run", "--meeting", str(MEETING), "--as-of", str(AS_OF), "--home"]
    commands = {
        "run": [*run, str(home)],
        "same": [*run, str(home)],
        "again": [*run, str(home), "--again"],
        "early": ["run", "--meeting", str(MEETING), "--as-of", "2023-08-15", "--home", str(base / "early")],
        "held": [*run, str(base / "held"), "--panel", str(_unsound_panel(base / "unsound"))],
        "budget": ["run", "--meeting", "2023-01-12", "--home", str(base / "none")],
        "unknown": ["run", "--meeting", "2023-09-15", "--home", str(base / "none")],
        "bad_date": ["run", "--meeting", "14/09/2023", "--home", str(base / "none")],
        "bad_as_of": ["run", "--as-of", "2023-02-30", "--home", str(base / "none")],
        "no_more": ["run", "--as-of", "2030-01-01", "--home", str(base / "none")],
        "no_panel": ["run", "--panel", str(base / "nowhere"), "--home", str(base / "none")],
        "trace": ["trace", "shoplifting", "2023/24 Q1", "--home", str(home)],
        "trace_unknown": ["trace", "shoplifing", "2023/24 Q1", "--home", str(home)],
        "trace_bad_meeting": ["trace", "shoplifting", "2023/24 Q1", "--home", str(home), "--meeting", "*"],
        "trace_nothing": ["trace", "shoplifting", "2023/24 Q1", "--home", str(base / "none")],
    }
    asked, results = base / "commands.json", base / "results.json"
    asked.write_text(json.dumps(list(commands.values())), encoding="utf-8")
    dropped = ("PREFECT_", "PYTHON", "GX_", "XDG_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    environment |= {"HOME": str(empty_home), "PYTHONHASHSEED": "1", "PYTHONPATH": str(CHECKOUT)}
    arguments = [sys.executable, "-m", "tests.flow.commands", str(asked), str(results)]
    done = subprocess.run(
        arguments, cwd=base, env=environment, timeout=400, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    outcomes = [Outcome(**one) for one in json.loads(results.read_text(encoding="utf-8"))]
    return Made(home, empty_home, done.stderr, dict(zip(commands, outcomes, strict=True)))


def test_the_first_run_makes_the_whole_edition(made: Made) -> None:
    one = made.outcomes["run"]
    assert one.exit_code == 0, one.err
    assert_whole(made.edition)
    assert "draft-1" in one.out
    assert "briefing.html    look at this first" in one.out
    assert [line for line in one.err.splitlines() if " of 7 " in line][0::6] == [
        "1 of 7  Fetch the extracts",
        "7 of 7  Deliver it to the outbox",
    ]


def test_nothing_is_said_but_by_the_product(made: Made) -> None:
    """Nothing of the libraries' own is printed: no log lines, no tracebacks, no lists of leaks."""
    assert made.stderr == ""
    for name, one in made.outcomes.items():
        assert "Traceback" not in one.err + one.out, name
        assert "INFO" not in one.err + one.out, name


def test_an_empty_home_directory_stays_empty(made: Made) -> None:
    assert [path.name for path in made.empty_home.rglob("*") if path.is_file()] == []


def test_with_nothing_new_the_same_draft_is_returned(made: Made) -> None:
    one = made.outcomes["same"]
    assert one.exit_code == 0
    assert "draft-1/" in one.out
    assert "Nothing is new since draft-1" in one.err


def test_again_makes_another_draft_of_the_same_bytes(made: Made) -> None:
    assert made.outcomes["again"].exit_code == 0
    assert "draft-2/" in made.outcomes["again"].out
    second = made.edition.with_name("draft-2")
    for name in OUTPUTS:
        assert (second / name).read_bytes() == (made.edition / name).read_bytes(), name
    assert sorted(path.name for path in made.edition.parent.iterdir()) == ["draft-1", "draft-2"]


def test_a_day_before_a_required_source_was_received_stops_in_words(made: Made) -> None:
    one = made.outcomes["early"]
    assert one.exit_code == 1
    assert "Police recorded crime open data tables" in one.err
    assert "no file had been received by 2023-08-15" in one.err
    assert "Monthly service return" not in one.err
    assert "required: false" in one.err
    assert not (made.home.parent / "early" / "briefings").exists()


def test_a_critical_finding_holds_the_briefing(made: Made) -> None:
    one = made.outcomes["held"]
    assert one.exit_code == 1
    assert HELD_RETURN in one.err
    assert "calls_999_within_10_seconds" in one.err
    folder = made.home.parent / "held" / "briefings" / MEETING.isoformat()
    assert sorted(path.name for path in folder.iterdir()) == ["held-outbox", "held.json", "review"]
    (finding,) = json.loads((folder / "held.json").read_bytes())
    assert finding["severity"] == "critical"
    assert HELD_RETURN in finding["message"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("budget", ("meetings.yml: the meeting on 2023-01-12 is a budget meeting", "2023-09-14")),
        ("unknown", ("meetings.yml: there is no meeting on 2023-09-15", "2023-09-14")),
        ("bad_date", ("--meeting: '14/09/2023' is not a date.", "2023-09-14")),
        ("bad_as_of", ("--as-of: '2023-02-30' is not a date.", "2023-09-14")),
        ("no_more", ("no performance meeting is planned on or after 2030-01-01", "meetings.yml")),
        ("no_panel", ("nowhere: there is no such panel folder.", "panelbrief init")),
        ("trace_unknown", ("there is no indicator 'shoplifing'", "indicators.yml")),
        ("trace_bad_meeting", ("--meeting: '*' is not a date.",)),
        ("trace_nothing", ("no briefing has been made yet", "panelbrief run")),
    ],
)
def test_a_wrong_command_says_what_to_do(made: Made, name: str, words: tuple[str, ...]) -> None:
    one = made.outcomes[name]
    assert one.exit_code == 1
    assert one.out == ""
    for part in words:
        assert part in one.err


def test_the_same_inputs_give_the_same_bytes_elsewhere(made: Made, tmp_path: Path) -> None:
    """Another checkout, home, current directory and hash seed, and no Prefect: every output is the same to the byte."""
    checkout, home = tmp_path / "another checkout", tmp_path / "another-home"
    checkout.mkdir()
    for name in ("flows", "sql", "templates", "expectations", "example", "tests"):
        shutil.copytree(CHECKOUT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "requirements.lock", checkout)
    script = (
        "import sys; from pathlib import Path; from flows.settings import CHECKOUT, EXAMPLE, prepare_libraries;"
        "home = Path(sys.argv[1]); prepare_libraries(home);"
        "from tests.flow.preparing import job_for, prepare;"
        "prepare(job_for(EXAMPLE, home)); print(CHECKOUT)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": str(checkout), "TZ": "Pacific/Auckland"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)],
        cwd=tmp_path, env=environment, timeout=300, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip().splitlines()[-1]) == checkout
    edition = home / "briefings" / MEETING.isoformat() / "draft-1"
    for name in OUTPUTS:
        assert (edition / name).read_bytes() == (made.edition / name).read_bytes(), name


def _sums(records: list[list[str]]) -> tuple[dict[tuple[str, str], int], set[tuple[str, str]]]:
    """Return Wiltshire's offences by indicator and quarter's first day, and the pairs that exist for any force."""
    header = [name.strip() for name in records[0]]
    year, quarter, force, group, subgroup, count = (
        header.index(name)
        for name in (
            "Financial Year",
            "Financial Quarter",
            "Force Name",
            "Offence Group",
            "Offence Subgroup",
            "Number of Offences",
        )
    )
    by_subgroup = defaultdict(list)
    for indicator, names in SUBGROUPS.items():
        for name in names:
            by_subgroup[name].append(indicator)
    by_group = {name: indicator for indicator, names in GROUPS.items() for name in names}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    exist: set[tuple[str, str]] = set()
    for row in records[1:]:
        if not "".join(row).strip():
            continue
        month = 3 * int(row[quarter]) + 1
        start = dt.date(int(row[year][:4]) + month // 13, (month - 1) % 12 + 1, 1).isoformat()
        indicators = [*by_subgroup[row[subgroup].strip()]]
        indicators += [by_group[row[group].strip()]] if row[group].strip() in by_group else []
        indicators += ["recorded_crime_total"] if row[group].strip() != "Fraud offences" else []
        for one in indicators:
            exist.add((one, start))
            if row[force].strip() == "Wiltshire":
                sums[one, start] += int(re.sub(r"[,\s]", "", row[count]))
    return sums, exist


def _assert_equal_to(edition: Path, records: list[list[str]]) -> None:
    sums, exist = _sums(records)
    rows = [row for row in figures(edition) if row["source"] == "home_office_prc"]
    found = {(row["indicator"], row["period_start"]): row for row in rows}
    assert {indicator for indicator, _ in found} == {"recorded_crime_total", *SUBGROUPS, *GROUPS}
    assert len(found) == len(rows) == 16 * 45
    compared = 0
    for (indicator, start), row in found.items():
        assert row["area"] == "Wiltshire"
        if (indicator, start) not in exist:
            assert (row["value"], row["numerator"], row["received_parts"]) == ("", "", "0"), (indicator, start)
            continue
        expected = str(sums[indicator, start])
        assert (row["value"], row["numerator"], row["received_parts"]) == (expected, expected, "1"), (indicator, start)
        compared += 1
    # 41 quarters each; stalking and harassment had no subgroup of its own in 2012/13.
    assert compared == 16 * 41 - 4


def test_every_home_office_figure_is_the_tables_own_sum(made: Made) -> None:
    _assert_equal_to(made.edition, home_office_records())


@pytest.mark.skipif(
    not PUBLISHED.is_file(), reason="needs ../shared (the real figures), which is not beside this checkout"
)
def test_every_home_office_figure_is_the_published_tables_sum(made: Made) -> None:
    with gzip.open(PUBLISHED, "rt", encoding="utf-8-sig", newline="") as stream:
        records = list(csv.reader(stream))
    assert len(records) > 200_000
    _assert_equal_to(made.edition, records)


def test_known_figures_stand_in_the_file(made: Made) -> None:
    lines = (made.edition / "figures.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEADER
    value = {
        (row["indicator"], row["area"], row["period_start"], row["period_end"]): row for row in figures(made.edition)
    }
    assert len(value) == len(lines) - 1

    def shown(indicator: str, start: str = "2023-04-01", end: str = "2023-06-30") -> str:
        return value[indicator, "Wiltshire", start, end]["value"]

    assert shown("shoplifting", "2022-04-01", "2022-06-30") == "751"
    assert shown("shoplifting") == "1057"
    assert shown("domestic_burglary") == "264"
    assert shown("non_domestic_burglary") == "175"
    assert shown("vehicle_crime") == "458"
    assert shown("criminal_damage_and_arson") == "1196"


def test_the_forces_stand_side_by_side(made: Made) -> None:
    """The figures that docs/methods.md gives for the example's funnels."""
    with open_warehouse(made.edition / "warehouse.duckdb", read_only=True) as connection:
        rows = table_rows(connection, "flag_funnel", "rowid")
    assert len(rows) == 16 * 43 and {row["status"] for row in rows} == {"compared"}
    assert all(math.isfinite(value) for row in rows for value in row.values() if isinstance(value, float))
    by_chance = [
        row
        for row in rows
        if not row["poisson_lower_998_per_1000"] <= row["rate_per_1000"] <= row["poisson_upper_998_per_1000"]
    ]
    outside = [row["force"] for row in rows if row["verdict"] != "inside"]
    assert (len(by_chance), len(outside), outside.count("London, City of")) == (614, 24, 12)
    own = [row for row in rows if row["is_own_force"]]
    assert {row["force"] for row in own} == {"Wiltshire"} and [row["verdict"] for row in own] == ["inside"] * 16
    (one,) = [row for row in own if row["indicator"] == "shoplifting"]
    assert (one["numerator"], one["population"], one["population_year"]) == (3795, 727000, 2020)
    assert (one["lower_998_per_1000"], one["upper_998_per_1000"]) == pytest.approx((3.19, 11.57), abs=0.005)
    # A place of many visitors and few residents sets nobody else's limits.
    elsewhere = [row for row in rows if row["force"] != "London, City of"]
    without = [row["verdict"] for row in flag_funnel(elsewhere)]
    assert without == [row["verdict"] for row in elsewhere]


def test_a_quarter_of_monthly_returns_has_six_parts_for_the_force(made: Made) -> None:
    monthly = indicators_of("service_return")
    rows = [row for row in figures(made.edition) if row["indicator"] in monthly]
    seen = 0
    for row in rows:
        months = 3 if row["period_end"][5:7] != row["period_start"][5:7] else 1
        parts = months * (2 if row["area"] == "Wiltshire" else 1)
        assert (row["expected_parts"], row["received_parts"]) == (str(parts), str(parts)), row
        seen += 1
    assert seen == 8 * 3 * (51 + 17)


def test_the_year_that_the_table_lacks_is_a_gap(made: Made) -> None:
    empty = [
        row
        for row in figures(made.edition)
        if row["indicator"] == "shoplifting" and "2015-04-01" <= row["period_start"] < "2016-04-01"
    ]
    assert [row["period_start"] for row in empty] == list(ABSENT)
    for row in empty:
        assert (row["expected_parts"], row["received_parts"]) == ("1", "0")
        assert row["numerator"] == row["denominator"] == row["value"] == row["extract_id"] == ""
    text = page(made.edition)
    assert "There is no data for April 2015 to March 2016" in text
    chart = next(svg for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL) if ">Shoplifting</title>" in svg)
    # Every figure is one closed sign on the chart; its place across grows with its date.
    places = [
        float(x) for x in re.findall(r'<path transform="translate\(([\d.]+),[\d.]+\)" d="M[^"]*"[^>]*fill="#', chart)
    ]
    assert len(places) == 41
    steps = [after - before for before, after in pairwise(places)]
    assert max(steps) / sorted(steps)[len(steps) // 2] == pytest.approx(5, abs=0.2)
    # The line between the signs is in two pieces, one on each side of the gap.
    lines = re.findall(r'<path d="(M[^"Z]*L[^"Z]*)" stroke="[^"]*" stroke-width="1.8"', chart)
    spans = sorted((float(ends[0]), float(ends[-1])) for ends in (re.findall(r"([\d.]+),", line) for line in lines))
    assert spans == [(places[0], places[11]), (places[12], places[40])]


def _readable(path: Path) -> Iterator[bytes]:
    """Give everything that can be read in a file, packed or encoded parts unpacked."""
    yield path.read_bytes()
    if path.suffix == ".pdf":
        plain = io.BytesIO()
        with pikepdf.open(path) as paper:
            paper.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
        yield plain.getvalue()
    if path.suffix == ".eml":
        for part in email.message_from_bytes(path.read_bytes(), policy=email.policy.default).walk():
            if not part.is_multipart():
                yield part.get_payload(decode=True)


def test_whoever_hears_a_chart_is_told_that_its_data_are_illustrative(made: Made) -> None:
    """The description of the picture on the page, its alternative text in the PDF, and the names of the tables."""
    plan = load_plan(EXAMPLE)
    invented = [one for one in plan.indicators if plan.source(one.source).illustrative]
    drawn = [one for one in plan.indicators if one.shown == "standing"]
    descriptions = dict(re.findall(r'<desc id="chart-chart-([a-z0-9_]+)-desc">(.*?)</desc>', page(made.edition)))
    assert set(descriptions) == {one.id for one in drawn}
    told = {name for name, text in descriptions.items() if text.startswith("Illustrative data. Line chart of ")}
    assert told == {one.id for one in invented} and 0 < len(told) < len(drawn)
    regions = re.findall(r'role="region" tabindex="0" aria-label="([^"]*)"', page(made.edition))
    assert len([name for name in regions if name.endswith(" (Illustrative data)")]) == 2 * len(invented)
    with pikepdf.open(made.edition / "briefing.pdf") as paper:
        pictures = [str(one.Alt) for one in paper.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    for one in drawn:
        (text,) = (text for text in pictures if text.startswith(f"{one.title}. "))
        assert text.startswith(f"{one.title}. Illustrative data. ") == (one in invented), text


def test_no_file_of_the_edition_names_a_place_on_this_machine(made: Made) -> None:
    files = [path for path in made.edition.rglob("*") if path.is_file() and path.name != "warehouse.duckdb"]
    assert len(files) >= 7
    places = [str(made.home), made.home.name, str(CHECKOUT), str(Path.home()), str(made.empty_home), "file://"]
    for path in files:
        for content in _readable(path):
            for place in places:
                # A very short path cannot be told from the path of a web address.
                if len(place) > 6:
                    assert place.encode() not in content, (path.name, place)


def test_provenance_holds_what_the_briefing_was_made_from(made: Made) -> None:
    record = json.loads((made.edition / "provenance.json").read_bytes())
    assert (record["meeting"], record["as_of"]) == (str(MEETING), str(AS_OF))
    for name, digest in record["outputs"].items():
        assert hashlib.sha256((made.edition / name).read_bytes()).hexdigest() == digest
    files = {path.name: path for path in (EXAMPLE / "extracts").rglob("*.csv*")}
    assert len(record["extracts"]) == 4
    for one in record["extracts"]:
        assert hashlib.sha256(files[one["name"]].read_bytes()).hexdigest() == one["sha256"]


def _messages(edition: Path) -> dict[str, EmailMessage]:
    found = {}
    for path in sorted((edition / "outbox").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found[path.name] = message
    return found


def test_each_recipient_of_drafts_has_a_message(made: Made) -> None:
    messages = _messages(made.edition)
    assert [str(one["To"]) for one in messages.values()] == [
        "Democratic Services <democratic.services@example.org>",
        "Performance officer <performance.officer@example.org>",
    ]
    for message in messages.values():
        assert not message.defects
        assert message.get_all("To") == [message["To"]]
        assert message["Subject"].startswith("DRAFT:")
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert "Shoplifting" in plain.get_content() or "Areas to address" in plain.get_content()
        assert len(html.get_content().encode()) < 100_000
        named = set(re.findall(r'src="cid:([^"]+)"', html.get_content()))
        pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
        assert named
        assert {part["Content-ID"].strip("<>") for part in pictures} == named
        for part in pictures:
            assert part.get_content_disposition() == "inline"
            assert part.get_payload(decode=True).startswith(b"\x89PNG")
        assert not re.findall(r'src="(?!cid:)', html.get_content())
    assert list((made.edition / "outbox").glob("*.partial")) == []


def _deliveries(home: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "ledger.sqlite") as connection:
        return connection.execute("SELECT edition, recipient, channel, state FROM delivery ORDER BY 1, 2").fetchall()


def test_the_ledger_knows_each_delivery_once(made: Made) -> None:
    assert _deliveries(made.home) == [
        (edition, f"{name}@example.org", "outbox", "sent")
        for edition in ("draft-1", "draft-2")
        for name in ("democratic.services", "performance.officer")
    ]


def test_delivering_again_sends_nothing_twice(made: Made) -> None:
    outbox = made.edition / "outbox"
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in outbox.iterdir()}
    rows = _deliveries(made.home)
    assert len(deliver(job_for(EXAMPLE, made.home), "draft-1")) == 2
    assert {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in outbox.iterdir()} == before
    assert _deliveries(made.home) == rows


TRACES = [
    ("shoplifting", "2023/24 Q1", "1,057 recorded offences", HOME_OFFICE, 1),
    ("recorded_crime_total", "2023/24 Q1", "10,585 recorded offences", HOME_OFFICE, 25),
    ("vehicle_crime", "2022/23-Q4", "offences", HOME_OFFICE, 3),
    ("calls_101_abandoned", "2023-06", " %", SERVICE, 2),
    ("complaints", "2023/24 Q1", " complaints", SERVICE, 6),
]


@pytest.mark.parametrize(("indicator", "period", "value", "path", "count"), TRACES)
def test_a_figure_can_be_traced_to_its_records(
    made: Made, indicator: str, period: str, value: str, path: str, count: int
) -> None:
    """The records that trace names hold, in the file it names, the rows that add up to the figure."""
    text = trace_text(made.home, "", indicator, period, "")
    file = EXAMPLE / path
    assert value in text.splitlines()[0]
    assert f"file         {file.name} (" in text
    assert f"sha256     {hashlib.sha256(file.read_bytes()).hexdigest()}" in text
    layout = "recorded_crime" if path == HOME_OFFICE else "force_return"
    assert f"sql/stage/stg_{layout}.sql" in text
    assert f"sql/measure/kpi_part_{layout}.sql" in text
    for named in re.findall(r"sql/\S+?\.sql", text):
        assert (CHECKOUT / named).is_file()
    rows = f"{count} row" + ("s" if count > 1 else "")
    assert f"{rows}\n" in text
    grain, start = read_period(period)
    first = next(
        row
        for row in figures(made.edition)
        if row["indicator"] == indicator
        and row["period_start"] == str(start)
        and (row["period_start"][:7] == row["period_end"][:7]) == (grain == "month")
    )
    records = home_office_records() if path == HOME_OFFICE else _service_records()
    shown = re.findall(r"record (\d+): (.*) = ([\d,]+)", text)
    assert len(shown) == min(count, 12)
    amounts = []
    for number, what, amount in shown:
        record = records[int(number) - 1]
        amounts.append(int(amount.replace(",", "")))
        if path == HOME_OFFICE:
            assert record[2] == "Wiltshire"
            assert (record[4], int(record[5])) == (what, amounts[-1])
        else:
            assert record[0] == indicator
            assert record[1] in ("Wiltshire UA", "Swindon UA")
            assert what.startswith(f"{record[0]}, {record[1]}, {record[2]}-01")
            assert int(record[3]) == amounts[-1]
    if count <= 12:
        assert str(sum(amounts)) == first["numerator"]


def _service_records() -> list[list[str]]:
    with (EXAMPLE / SERVICE).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_the_trace_of_a_missing_quarter_says_so(made: Made) -> None:
    text = trace_text(made.home, str(MEETING), "shoplifting", "2015/16 Q1", "")
    assert text.splitlines()[0].endswith("2015-04-01 to 2015-06-30: no data")
    assert "parts        0 of 1 received" in text
    assert "no rows: nothing was received for this period" in text
    assert "sha256" not in text


@pytest.mark.parametrize(
    ("indicator", "period", "area", "words"),
    [
        ("shoplifting", "2011/12 Q4", "", ("has no figure for Wiltshire", "from 2012-04-01")),
        ("shoplifting", "2023-04", "", ("has no figure for Wiltshire, month", "Wiltshire by quarter")),
        ("complaints", "2023-04", "Dorset", ("has no figure for Dorset", "Swindon UA by month")),
        ("complaints", "2023/25 Q1", "", ("'2023/25 Q1' is not a period", "2023/24 Q1")),
        ("complaints", "2023-13", "", ("'2023-13' is not a period",)),
    ],
)
def test_what_cannot_be_traced_is_said(
    made: Made, indicator: str, period: str, area: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(PanelbriefError) as raised:
        trace_text(made.home, "", indicator, period, area)
    for part in words:
        assert part in raised.value.text()


def test_the_command_prints_the_trace(made: Made) -> None:
    one = made.outcomes["trace"]
    assert one.exit_code == 0
    assert one.out.startswith("Shoplifting, Wiltshire, 2023-04-01 to 2023-06-30: 1,057 recorded offences\n")


def test_held_and_early_runs_delivered_nothing(made: Made) -> None:
    for name in ("early", "held"):
        assert_nothing_made(job_for(EXAMPLE, made.home.parent / name))
