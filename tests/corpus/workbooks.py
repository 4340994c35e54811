"""Workbooks written by hand, so that each oddity of a real one can be put in by itself."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


@dataclass(frozen=True)
class Formula:
    """A cell that is computed: its result as the program kept it, or None if none was kept."""

    text: str
    result: object = None


@dataclass(frozen=True)
class Fault:
    """A cell whose formula failed, such as #REF!."""

    code: str


def zipped(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return stream.getvalue()


def repacked(workbook: bytes, old: str, new: str) -> bytes:
    """Return the workbook with one text for another in every member."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        members = {name: archive.read(name).decode().replace(old, new) for name in archive.namelist()}
    return zipped(members)


def _excel_cell(value: object, epoch: datetime.date) -> str:
    if isinstance(value, Fault):
        return f'<c t="e"><f>A1</f><v>{value.code}</v></c>'
    if isinstance(value, Formula):
        kept = "" if value.result is None else f"<v>{escape(str(value.result))}</v>"
        kind = ' t="str"' if isinstance(value.result, str) else ""
        return f"<c{kind}><f>{escape(value.text)}</f>{kept}</c>"
    if isinstance(value, datetime.date):
        return f'<c s="1"><v>{(value - epoch).days}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>' if value else "<c/>"


def xlsx(
    sheets: Mapping[str, list[list[object]]],
    *,
    hidden: Collection[str] = (),
    hidden_rows: Collection[int] = (),
    merged: str = "",
    since_1904: bool = False,
) -> bytes:
    """Return an Excel workbook of the given cells; dates are numbers with a date style.

    `hidden` are the names of hidden sheets, `hidden_rows` the numbers of hidden rows in every sheet, from 1.
    """
    members: dict[str, str | bytes] = {
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
        "</cellXfs></styleSheet>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    }
    epoch = datetime.date(1904, 1, 1) if since_1904 else datetime.date(1899, 12, 30)
    types = entries = links = ""
    hide = ' hidden="1"'
    for i, (name, table) in enumerate(sheets.items(), start=1):
        lines = "".join(
            f"<row{hide if number in hidden_rows else ''}>{''.join(_excel_cell(value, epoch) for value in line)}</row>"
            for number, line in enumerate(table, start=1)
        )
        cells = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
        members[f"xl/worksheets/sheet{i}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData>{cells}</worksheet>'
        )
        types += f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_OFFICE}.worksheet+xml"/>'
        state = ' state="hidden"' if name in hidden else ""
        entries += f'<sheet name="{escape(name)}" sheetId="{i}"{state} r:id="s{i}"/>'
        links += f'<Relationship Id="s{i}" Type="{_REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
    system = '<workbookPr date1904="1"/>' if since_1904 else ""
    members["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{system}<sheets>{entries}</sheets></workbook>'
    )
    members["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id="st" Type="{_REL}/styles" '
        'Target="styles.xml"/></Relationships>'
    )
    members["[Content_Types].xml"] = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>{types}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_OFFICE}.styles+xml"/></Types>'
    )
    return zipped(members)


def _ods_cell(value: object) -> str:
    if isinstance(value, Fault):
        return (
            '<table:table-cell table:formula="of:=[.A1]" office:value-type="string" office:string-value="" '
            f'calcext:value-type="error"><text:p>{value.code}</text:p></table:table-cell>'
        )
    if isinstance(value, Formula):
        kept = "" if value.result is None else f' office:value-type="float" office:value="{value.result}"'
        return f'<table:table-cell table:formula="of:={escape(value.text)}"{kept}/>'
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
    return (
        f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
        if value
        else "<table:table-cell/>"
    )


def ods(sheets: Mapping[str, list[list[object]]], *, hidden: Collection[str] = ()) -> bytes:
    """Return an OpenDocument workbook of the given cells; `hidden` are the names of hidden sheets."""
    body = "".join(
        f'<table:table table:name="{escape(name)}" table:style-name="{"away" if name in hidden else "here"}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>" for line in table)
        + "</table:table>"
        for name, table in sheets.items()
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("here", "true"), ("away", "false"))
    )
    content = (
        f'<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:table="{_ODF}:table:1.0" '
        f'xmlns:text="{_ODF}:text:1.0" xmlns:style="{_ODF}:style:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{mimetype}"/></manifest:manifest>'
    )
    return zipped({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": content})
