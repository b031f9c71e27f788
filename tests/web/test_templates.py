"""Templates: all compile, name real icons and macros, and say nothing that has no English."""

import re

import pytest
from jinja2 import UndefinedError

from onewindow.web import assets, navigation, translations
from onewindow.web.i18n import catalogue
from onewindow.web.templates import FOLDER, environment

# What this room says itself; features answer for their own texts.
OURS = ("layouts/", "macros/", "errors/")


def test_every_template_compiles():
    env = environment()
    for path in sorted(FOLDER.rglob("*.html")):
        env.get_template(str(path.relative_to(FOLDER)))


def test_an_unknown_name_is_an_error_and_not_an_empty_space():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ misspelt }}").render()
    with pytest.raises(UndefinedError, match="nonsense"):
        environment().from_string("{{ ui.nonsense() }}").render()


def test_every_icon_that_is_named_is_in_the_sprite():
    named = set()
    for path in (*FOLDER.rglob("*.html"), *FOLDER.parents[1].rglob("*.py")):
        named |= set(
            re.findall(r"\bicon(?:_name)?\s*[(=:]\s*[\"']([a-z0-9-]+)", path.read_text("utf-8"))
        )
    assert named <= assets.icons()


def test_dialogs_keep_their_fields_apart():
    page = (
        environment()
        .from_string(
            '{{ ui.textarea("why", "意见") }}'
            '{% call ui.confirm("back", "退回", "/x", "退回") %}'
            '{{ ui.textarea("why", "理由", phrases=["好"]) }}{% endcall %}'
            '{{ ui.input("who", "姓名", hint="全名", error="请填写") }}'
        )
        .render()
    )
    assert page.count('id="why"') == 1
    assert 'id="back-why" name="why"' in page
    assert 'for="back-why"' in page
    assert 'data-phrase="back-why"' in page
    assert 'aria-describedby="who-hint who-error" aria-invalid="true"' in page


def test_what_people_typed_is_escaped_everywhere():
    evil = '"><script>alert(1)</script>'
    page = (
        environment()
        .from_string(
            '{{ ui.input("a", evil, evil, hint=evil) }}{{ ui.badge(evil) }}{{ ui.copyable(evil) }}'
            "{{ ui.files([{'name': evil, 'url': evil, 'remove': evil}]) }}"
            '{{ ui.form_viewer({"x": evil}, {"y": evil}) }}{{ ui.error_summary([("a", evil)]) }}'
            "{{ ui.timeline([{'at': at, 'who': evil, 'what': evil, 'why': evil}]) }}"
            "{{ ui.select('s', evil, [(evil, evil)]) }}{{ ui.button(evil, name=evil, value=evil) }}"
        )
        .render(evil=evil, at=None)
    )
    assert "<script>alert" not in page


def test_doors_are_shown_by_role():
    def doors(*roles):
        return [door.href for group in navigation.nav_for(roles) for door in group.doors]

    assert doors("applicant") == []
    assert doors("reviewer") == ["/inbox", "/cases", "/certificates"]
    assert "/counter" in doors("window_clerk")
    assert doors("operator") == ["/admin/", "/people", "/operations/jobs"]
    assert "/configure/matters" in doors("configurator")


def test_this_rooms_own_texts_all_have_english():
    ours = [
        item
        for item in translations.missing("en")
        if item.path.endswith("onewindow/errors.py")
        or ("/web/" in item.path and item.path.endswith(".py"))
        or any(f"/templates/{part}" in item.path for part in OURS)
    ]
    assert ours == []


def test_a_translation_has_the_same_places_to_fill_as_its_source():
    def places(text):
        return set(re.findall(r"{(\w+)}", text))

    for source, english in catalogue("en").items():
        for form in [english] if isinstance(english, str) else english:
            assert places(form) == places(source), source


def test_the_collector_finds_texts_where_people_meet_them(tmp_path, monkeypatch):
    source = tmp_path / "rules.py"
    source.write_text(
        '"""文档不算。"""\n'
        "class No(Refusal):\n"
        '    text = "不行。"\n'
        "def f(n):\n"
        '    """也不算。"""\n'
        '    raise No("{n} 件不行。", n=n)\n'
        'x = _("好" if y else "不好")\n'
        'z = "不是给人看的"\n'
        'w = _("号")  # not for people\n'
        'v = f"{x}件"\n',
        "utf-8",
    )
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    found = [item.text for item in translations._python(source, whole=False)]
    assert set(found) == {"不行。", "{n} 件不行。", "好", "不好"}
    assert "不是给人看的" in [item.text for item in translations._python(source, whole=True)]
