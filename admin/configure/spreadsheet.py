"""Tables for spreadsheets."""

import csv
import io
from typing import Any

from litestar import Response

from onewindow.cases.file_pages import content_disposition

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for one; white space before it is dropped by some of them."""


def as_csv(lines: list[list[Any]], name: str) -> Response[bytes]:
    """A table for spreadsheets: with the mark by which Excel knows UTF-8, and no formulas."""
    written = io.StringIO()
    csv.writer(written).writerows(
        [f"'{cell}" if str(cell).startswith(BEGINS_A_FORMULA) else cell for cell in line]
        for line in lines
    )
    return Response(
        written.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": content_disposition(name)},
    )
