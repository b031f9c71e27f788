"""Everything the panel calls by a name has that name in both languages."""

from admin.choices import _paper_titles
from admin.labels import COLUMNS, HINTS, TABLES
from onewindow.web.i18n import catalogue


def test_tables_columns_hints_and_papers_have_english() -> None:
    said = {text for names in TABLES.values() for text in names}
    said |= {text for names in (*COLUMNS.values(), *HINTS.values()) for text in names.values()}
    said |= set(_paper_titles().values())
    assert said - set(catalogue("en")) == set()


def test_hints_are_about_columns_that_are_shown() -> None:
    for table, hints in HINTS.items():
        assert set(hints) <= set(COLUMNS[table])
