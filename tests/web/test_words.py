"""Dates, limits, money and sizes in the reader's words."""

from datetime import UTC, date, datetime

import pytest

from onewindow.web import words
from onewindow.web.i18n import N_, choose_language, gettext, pick, speaking
from onewindow.web.templates import environment


def test_dates_are_written_the_chinese_way_in_chinese_and_spelled_out_in_english():
    late = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)  # already the next day in China
    assert words.date_words(late) == "2026年11月23日"
    assert words.datetime_words(late) == "2026年11月23日 02:05"
    assert words.short_date(date(2026, 1, 3)) == "1月3日"
    assert words.date_words(None) == "–"
    with speaking("en"):
        assert words.datetime_words(late) == "23 November 2026, 02:05"
        assert words.short_date(late) == "23 Nov"


def test_a_datetime_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        words.date_words(datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("left", "unit", "zh", "en"),
    [
        (2, "wd", "剩 2 个工作日", "2 working days left"),
        (1, "wd", "剩 1 个工作日", "1 working day left"),
        (0, "wd", "今天到期", "Due today"),
        (-3, "wd", "逾期 3 个工作日", "3 working days overdue"),
        (5, "d", "剩 5 天", "5 days left"),
        (0, "h", "不足 1 小时", "Less than an hour"),
        (None, "wd", "–", "–"),
    ],
)
def test_a_limit_says_what_is_left(left, unit, zh, en):
    assert words.limit_words(left, unit) == zh
    with speaking("en"):
        assert words.limit_words(left, unit) == en


def test_money_is_kept_in_cents_and_shown_in_yuan():
    assert words.money_words(123450) == "1,234.50 元"
    assert words.money_words(5_000_000_00) == "5,000,000 元"
    assert words.money_words(-5) == "-0.05 元"
    with speaking("en"):
        assert words.money_words(123450) == "¥1,234.50"


def test_sizes_and_masks():
    assert words.size_words(820) == "820 字节"
    assert words.size_words(1_280_412) == "1.2 MB"
    assert words.size_words(24_800) == "24 KB"
    assert words.masked("370102199003070018", 6, 4) == "370102********0018"
    assert words.masked("李敏") == "李*"
    assert words.span_words("1mo") == "1 个月"


def test_constants_in_templates_are_not_folded_into_one_language():
    template = environment().from_string(
        '{{ {"zh": "许可", "en": "licence"} | pick }} {{ 2 | limit }}'
    )
    assert template.render() == "许可 剩 2 个工作日"
    with speaking("en"):
        assert template.render() == "licence 2 working days left"


def test_a_marked_text_is_translated_when_shown_and_escaped_once():
    label = N_("待办")
    template = environment().from_string("{{ label }} {{ _('删除“{name}”？', name=name) }}")
    assert template.render(label=label, name="<b>") == "待办 删除“&lt;b&gt;”？"
    with speaking("en"):
        assert template.render(label=label, name="<b>") == "Inbox Delete “&lt;b&gt;”?"
    assert label == "待办"


def test_content_nobody_translated_is_shown_in_chinese():
    with speaking("en"):
        assert pick({"zh": "食品经营许可"}) == "食品经营许可"
        assert pick({"zh": "许可", "en": "Licence"}) == "Licence"
        assert gettext("没有人翻译过的一句话") == "没有人翻译过的一句话"
    assert pick(None) == ""


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "chosen"),
    [
        ("en", "zh", "zh-CN", "en"),
        ("xx", "en", "zh-CN", "en"),
        (None, None, "en-US,en;q=0.9,zh;q=0.8", "en"),
        (None, None, "fr,zh-CN;q=0.3,en;q=0.2", "zh"),
        (None, None, "en;q=abc", "zh"),
        (None, None, None, "zh"),
    ],
)
def test_the_language_is_chosen_by_query_then_cookie_then_browser(query, cookie, accept, chosen):
    assert choose_language(query, cookie, accept) == chosen


def test_who_names_no_language_is_spoken_to_in_the_installations_own():
    assert choose_language(None, None, None, "en") == "en"
    assert choose_language("xx", None, "fr;q=0.9", "en") == "en"
    assert choose_language(None, None, "zh-CN", "en") == "zh"
