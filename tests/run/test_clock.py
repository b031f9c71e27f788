"""The one place that knows what time it is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from onewindow import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_time_stands_still_inside_a_block_and_blocks_nest() -> None:
    morning = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
    with clock.at(morning):
        assert clock.now() == morning
        assert clock.now().tzinfo is UTC
        with clock.at(morning + timedelta(days=1)):
            assert clock.now() == morning + timedelta(days=1)
        assert clock.now() == morning
    assert clock.now() != morning


def test_time_goes_on_after_a_block_that_failed() -> None:
    with pytest.raises(RuntimeError), clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        raise RuntimeError
    assert clock.now().year > 2020


def test_the_date_is_that_of_the_place() -> None:
    with clock.at(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)):
        assert clock.today(SHANGHAI) == date(2026, 11, 22)
        assert clock.today(UTC) == date(2026, 11, 21)


def test_a_day_begins_at_midnight_of_the_place_also_where_summer_time_moves_it() -> None:
    assert clock.start_of_day(date(2026, 11, 22), SHANGHAI) == datetime(
        2026, 11, 21, 16, tzinfo=UTC
    )
    berlin = ZoneInfo("Europe/Berlin")
    begin = clock.start_of_day(date(2026, 3, 29), berlin)
    assert clock.start_of_day(date(2026, 3, 30), berlin) - begin == timedelta(hours=23)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 22, 9)
    with pytest.raises(ValueError, match="time zone"):
        clock.local(naive, SHANGHAI)
    with pytest.raises(ValueError, match="time zone"), clock.at(naive):
        pass


def test_the_one_legal_time_is_named_in_one_place() -> None:
    here = Path(__file__).parents[2]
    naming = {
        str(path.relative_to(here))
        for room in ("platform", "bpmn", "forms", "storage", "admin")
        for kind in ("*.py", "*.sql")
        for path in (here / room).rglob(kind)
        if "node_modules" not in path.parts and "Asia/" in path.read_text("utf-8")
    }
    assert naming == {"platform/feel/calendar.py"}
    assert str(clock.ZONE) == "Asia/Shanghai"
