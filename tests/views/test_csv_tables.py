"""CSV that spreadsheets open as it is meant, and never as a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.csv_tables import table

DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert table(["Größe"], [["7½ h"]]) == b"\xef\xbb\xbf" + "Größe\r\n7½ h\r\n".encode()


def test_quotes_commas_and_lines_stay_within_their_cell() -> None:
    rows = [['say "hi"', "a, b", "two\nlines"]]
    assert read(table(["a", "b", "c"], rows))[1:] == rows


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "  =HYPERLINK(1)", "\t=1", "\r=1", "\n=1", "＝1", "-2+3 hours"]
)
def test_a_cell_that_looks_like_a_formula_is_quoted_as_text(cell: str) -> None:
    assert read(table(["a"], [[cell]]))[1] == [f"'{cell}"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1, max_size=4))
def test_whatever_it_holds_no_cell_begins_a_formula_and_nothing_is_lost(cells: list[str]) -> None:
    (found,) = read(table(["a"] * len(cells), [cells]))[1:] or [[""]]
    assert not any(cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS) for cell in found)
    assert [cell.removeprefix("'") for cell in found] == [cell.removeprefix("'") for cell in cells]
