"""The numbers of the paper's paragraphs."""

from __future__ import annotations

from flows.render import model as m


class Numbering:
    """Numbers the paper's paragraphs in the order they are made, which is the order they are read."""

    def __init__(self) -> None:
        self._last = 0

    def paragraph(self, text: str) -> m.Paragraph:
        """Return the next paragraph."""
        self._last += 1
        return m.Paragraph(number=self._last, text=text)
