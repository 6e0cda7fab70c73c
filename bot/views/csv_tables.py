"""Tables to take away: CSV that spreadsheets open as it is meant, and never as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# Spreadsheets read these as the beginning of a formula, in any width (OWASP, CSV Injection).
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows under their header: RFC 4180, in UTF-8 with the mark by which Excel knows that."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """The cell, quoted as text where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(("\t", "\r", "\n")) else cell
