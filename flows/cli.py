"""The panelbrief command. What a command does not need is not imported, so each starts as fast as it can."""

from __future__ import annotations

import datetime as dt
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows import review_commands
from flows.errors import PanelbriefError
from flows.settings import EXAMPLE, prepare_libraries

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(review_commands.app, name="review")

PanelOption = Annotated[Path, typer.Option(help="The panel's folder.")]
HomeOption = Annotated[Path, typer.Option(help="Where everything that is made is kept.")]
MeetingOption = Annotated[str, typer.Option(help="The meeting's date, such as 2023-09-14; default: the next one.")]
HOME = Path("var")


def _date(text: str, option: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise PanelbriefError(f"{text!r} is not a date.", where=option, remedy="Write it as 2023-09-14.") from None


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).astimezone().date()


def _meeting(text: str) -> str:
    """Return the folder's name of a meeting, or nothing for the latest."""
    return _date(text, "--meeting").isoformat() if text else ""


@app.command()
def run(
    panel: PanelOption = EXAMPLE,
    meeting: MeetingOption = "",
    as_of: Annotated[str, typer.Option(help="Use only what was received by this day; default: today.")] = "",
    home: HomeOption = HOME,
    again: Annotated[bool, typer.Option("--again", help="Make a new draft although nothing has changed.")] = False,
) -> None:
    """Prepare the briefing for a meeting: fetch, read, check, measure, flag, write and deliver."""
    began = time.monotonic()
    home = home.resolve()
    prepare_libraries(home)
    from flows.calendar import next_performance_meeting, performance_meeting
    from flows.plan.loader import load_plan

    today = _today()
    as_of_day = _date(as_of, "--as-of") if as_of else today
    plan = load_plan(panel)
    if meeting:
        day = performance_meeting(plan, _date(meeting, "--meeting")).date
    else:
        day = next_performance_meeting(plan, as_of_day).date
    typer.echo(f"{plan.panel.name}: the briefing for {day}, as of {as_of_day}", err=True)
    from flows.briefing import prepare_briefing
    from flows.warming import warm_up

    warm_up(home.resolve())
    folder = Path(prepare_briefing(meeting=day, as_of=as_of_day, panel=panel, home=home, today=today, again=again))
    _say_what_came_out(folder, time.monotonic() - began)


def _say_what_came_out(folder: Path, seconds: float) -> None:
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    typer.echo(f"\nThe briefing is in {shown}/ ({seconds:.0f} seconds)")
    typer.echo("  briefing.html    look at this first: panelbrief open")
    typer.echo("  briefing.pdf     the paper, to print or publish")
    typer.echo("  email.eml        the email; addressed copies are in outbox/")
    typer.echo("  figures.csv      every figure, also the missing ones")
    typer.echo("  provenance.json  which files it was made from")


@app.command(name="open")
def open_briefing(home: HomeOption = HOME, meeting: MeetingOption = "") -> None:
    """Open the newest briefing in the web browser."""
    import webbrowser

    from flows.editions import newest_edition

    folder = newest_edition(home.resolve(), _meeting(meeting))
    if folder is None:
        raise PanelbriefError("no briefing has been made yet.", where=str(home), remedy="Make one: panelbrief run")
    page = folder / "briefing.html"
    if not webbrowser.open(page.as_uri()):
        typer.echo(f"No web browser was found; the page is {page}")


@app.command()
def doctor(panel: PanelOption = EXAMPLE, home: HomeOption = HOME) -> None:
    """Check a panel's files, commentaries too, and print every fault, with file, line and what to do."""
    from flows.doctor import examine

    typer.echo("\n".join(examine(panel, home.resolve())))


@app.command()
def manifest(
    panel: PanelOption = EXAMPLE,
    home: HomeOption = HOME,
    as_of: Annotated[str, typer.Option(help="As it stood on this day; default: today.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print it as CSV.")] = False,
) -> None:
    """Show what should have come from each source and what came: received, late, missing, superseded and so on."""
    from flows.manifest import manifest_text

    day = _date(as_of, "--as-of") if as_of else _today()
    typer.echo(manifest_text(panel, home.resolve(), day, as_csv=as_csv))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="The folder to make; it must not exist.")]) -> None:
    """Make a new panel's folder, as a copy of the example to edit."""
    if folder.exists():
        raise PanelbriefError("the folder is there already.", where=str(folder), remedy="Name one that is not.")
    shutil.copytree(EXAMPLE, folder)
    typer.echo(f"A copy of the example is in {folder}/. Edit its .yml files, then: panelbrief doctor --panel {folder}")


@app.command()
def trace(
    indicator: Annotated[str, typer.Argument(help="The indicator's id, such as shoplifting.")],
    period: Annotated[str, typer.Argument(help="A quarter (2023/24 Q1) or a month (2023-04).")],
    home: HomeOption = HOME,
    meeting: MeetingOption = "",
    area: Annotated[str, typer.Option(help="The area's code; default: the indicator's first.")] = "",
) -> None:
    """Show the way back from a figure to the file and rows it was made from."""
    from flows.tracing import trace_text

    typer.echo(trace_text(home.resolve(), _meeting(meeting), indicator, period, area))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The file to read.")],
    layout: Annotated[str, typer.Option(help="The layout it is meant to have, such as force_return.")],
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Read one file as the product would and say what is wrong with it; exit 0 usable, 1 held, 2 unreadable."""
    prepare_libraries(HOME.resolve())
    from flows.checking import check_file

    report = check_file(file, layout)
    typer.echo(report.as_json() if json else report.as_text())
    raise typer.Exit(report.exit_code)


validation_app = typer.Typer(no_args_is_help=True, help="What the checks of the extracts found.")
app.add_typer(validation_app, name="validation")


@validation_app.callback()
def _validation() -> None:
    """Say what the checks of the extracts found."""


@validation_app.command()
def docs(
    output: Annotated[Path, typer.Option(help="The folder to make the pages in; it must be new or empty.")],
    home: HomeOption = HOME,
    meeting: MeetingOption = "",
) -> None:
    """Make Great Expectations' own pages of the newest briefing's checks; opened, they load from public networks."""
    prepare_libraries(home.resolve())
    from flows.data_docs import write_data_docs

    page = write_data_docs(home.resolve(), _meeting(meeting), output)
    typer.echo(f"The pages begin at {page}")
    typer.echo(
        "They are no part of a briefing: a browser that opens them loads scripts and styles from public networks."
    )


@app.command()
def rebases(home: HomeOption = HOME, meeting: MeetingOption = "") -> None:
    """Suggest to officers where limits might begin anew, with the questions to answer first."""
    from flows.rebases import rebase_text

    typer.echo(rebase_text(home.resolve(), _meeting(meeting)))


@app.command()
def spc(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="CSV or Parquet: series_id, date, value, denominator.")
    ],
    output: Annotated[Path, typer.Option(help="The file to write, CSV or Parquet by its ending.")],
    chart: Annotated[str, typer.Option(help="i (or xmr), run, mr, p, pp, u, up, c, g, t or auto.")] = "auto",
    rules: Annotated[str, typer.Option(help="plotthedots or mdc-2023.")] = "mdc-2023",
    screen: Annotated[bool, typer.Option(help="Leave far-out moving ranges out of the limits.")] = True,
    baseline: Annotated[int | None, typer.Option(help="Limits from the first so many rows of each segment.")] = None,
    rebase: Annotated[Path | None, typer.Option(help="CSV series_id,date: where limits begin anew.")] = None,
    exclude: Annotated[Path | None, typer.Option(help="CSV series_id,date: points kept out.")] = None,
    direction: Annotated[str, typer.Option(help="Which way is better: higher, lower or neither.")] = "neither",
    svg: Annotated[Path | None, typer.Option(help="A folder for one drawing a series.")] = None,
) -> None:
    """Chart anybody's series by the rules of this product: limits, marks and run tests for every point."""
    from flows.spc import ChartOptions, chart_file

    named = "i" if chart == "xmr" else chart
    options = ChartOptions(named, rules, screen, baseline, direction, rebase, exclude)
    for note in chart_file(source, output, options, svg):
        typer.echo(note, err=True)


@app.command()
def unusual(
    file: Annotated[Path, typer.Argument(metavar="INPUT", help="CSV or Parquet: series_id,date,value[,denominator].")],
    output: Annotated[Path, typer.Option(help="Where to write one row a series, as CSV or Parquet.")],
    periods_per_year: Annotated[int, typer.Option(help="12 for months, 4 for quarters.")] = 12,
    span: Annotated[
        int | None, typer.Option(help="Test the last N periods; default: 3 months, 1 quarter.", min=1)
    ] = None,
    baseline: Annotated[
        int | None, typer.Option(help="Against the N periods before; default: 36 months, 28 quarters.", min=1)
    ] = None,
    seasonal: Annotated[
        Literal["auto", "yes", "no"], typer.Option(help="Whether there is a season; auto: if the figures show one.")
    ] = "auto",
    exclude: Annotated[Path | None, typer.Option(help="CSV of series_id,date: periods that are not used.")] = None,
    kind: Annotated[
        Literal["count", "value", "proportion"],
        typer.Option(help="count: cases, tested exactly where few; proportion: value of denominator; value: all else."),
    ] = "value",
) -> None:
    """Test whether the last periods of each series are outside what the periods before lead us to expect."""
    if periods_per_year not in (12, 4):
        raise PanelbriefError("is 12 or 4.", where="--periods-per-year", remedy="12 for months, 4 for quarters.")
    from flows.unusual import Options, find_unusual

    report = find_unusual(file, output, Options(periods_per_year, span, baseline, seasonal, kind), exclude)
    counts = ", ".join(f"{number:,} {status}" for status, number in report.statuses.items())
    typer.echo(f"{sum(report.statuses.values()):,} series: {counts}. The results are in {output}")
    for note in report.notes:
        typer.echo(f"Note: {note}", err=True)


def main() -> None:
    """Run the command line; a fault that a person can mend is shown in words, anything else as it is."""
    # Stopped from outside it ends as by Ctrl-C: what was being written is cleared away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except PanelbriefError as error:
        typer.echo(error.text(), err=True)
        sys.exit(1)
    except RuntimeError as error:
        # So DuckDB says that somebody pressed Ctrl-C during a statement.
        if str(error) != "Query interrupted":
            raise
        typer.echo("Aborted!", err=True)
        sys.exit(130)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"{place}{error.strerror or error}. Is the folder there, and may it be written to?", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
