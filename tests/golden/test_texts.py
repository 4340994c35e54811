"""The example's briefing, word for word, against texts that somebody has read.

`make golden` renews them; read the difference before you commit it.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

from flows.settings import EXAMPLE
from tests.flow.preparing import job_for, prepare
from tests.golden.visible_text import email_text, page_text

HERE = Path(__file__).parent
RENEW = os.environ.get("PANELBRIEF_GOLDEN") == "1"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the visible text of each rendering by the name of its file here."""
    job = job_for(EXAMPLE, tmp_path_factory.mktemp("golden"))
    edition = prepare(job)
    page = page_text((edition / "briefing.html").read_text(encoding="utf-8"))
    message = email_text((edition / "email.eml").read_bytes())
    # The reference is drawn from every file of the program, so it changes when no word does.
    reference = (edition / "provenance.json").read_text(encoding="utf-8").split('"inputs_sha256": "')[1][:8]
    assert reference in page
    return {
        "page.txt": page.replace(reference, "(reference)"),
        "email.txt": message.replace(reference, "(reference)"),
    }


@pytest.mark.parametrize("name", ["page.txt", "email.txt"])
def test_the_words_are_the_reviewed_ones(texts: dict[str, str], name: str) -> None:
    path = HERE / name
    found = texts[name]
    assert len(found) > 3000
    if RENEW:
        path.write_text(found, encoding="utf-8")
        return
    reviewed = path.read_text(encoding="utf-8")
    changes = difflib.unified_diff(reviewed.splitlines(), found.splitlines(), "reviewed", "found", lineterm="", n=1)
    assert found == reviewed, "the words have changed (make golden renews them):\n" + "\n".join(changes)
