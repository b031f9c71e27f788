"""What people typed stays words in a spreadsheet, whatever it begins with."""

import csv
import io

import pytest

from admin.configure.spreadsheet import as_csv


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
def test_nothing_typed_becomes_a_formula(sign: str) -> None:
    text = as_csv([["事项", f"{sign}HYPERLINK(1)"]], "a.csv").content.decode("utf-8-sig")
    ((name, typed),) = csv.reader(io.StringIO(text, newline=""))
    assert name == "事项"
    assert typed.startswith("'")
