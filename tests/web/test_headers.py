"""What every response carries, whoever made it."""

import re

from onewindow.web import assets
from onewindow.web.headers import SecureHeaders


async def test_pages_errors_and_files_all_carry_the_secure_headers(client):
    for path in ("/styleguide", "/nowhere", "/broken", assets.asset("app.js")):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in policy
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_pages_are_never_kept_and_built_files_are_kept_for_ever(client):
    page = await client.get("/styleguide")
    assert page.headers["cache-control"] == "private, no-store"
    built = await client.get(assets.asset("app.css"), headers={"accept-encoding": "br"})
    assert built.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert built.headers["content-encoding"] == "br"
    assert built.headers["content-type"].startswith("text/css")
    assert "set-cookie" not in built.headers


async def test_nothing_but_the_build_is_served(client):
    for name in ("manifest.json", "../manifest.json", "..%2f..%2fpackage.json", ".npmrc", "x.js"):
        assert (await client.get(f"/static/{name}")).status_code == 404


async def test_templates_bring_no_inline_script_and_no_inline_style(client):
    for path in ("/styleguide", "/styleguide/inbox", "/styleguide/case", "/styleguide/fill"):
        page = (await client.get(path)).text
        assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\"))", page)
        assert "<style" not in page
        assert not re.search(r"\son[a-z]+=", page)
        assert not re.search(r"\sstyle=", page)
        assert "javascript:" not in page


async def test_the_language_is_remembered_and_a_wild_query_does_no_harm(client):
    answer = await client.get("/styleguide?lang=en")
    assert answer.cookies["ow_lang"] == "en"
    wild = await client.get("/styleguide?" + "&".join(f"a{i}=%ff" for i in range(2000)) + "&lang=")
    assert wild.status_code == 200


async def test_https_asks_browsers_to_stay_with_https_and_the_panel_may_bring_styles():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def headers_of(path):
        sent = []

        async def send(message):
            sent.append(message)

        await SecureHeaders(app, https=True)({"type": "http", "path": path}, None, send)
        return dict(sent[0]["headers"])

    assert b"strict-transport-security" in await headers_of("/inbox")
    panel = (await headers_of("/admin/"))[b"content-security-policy"]
    assert b"style-src 'self' 'unsafe-inline'" in panel
    assert b"script-src 'self';" in panel


async def test_forms_carry_the_token_and_a_token_from_elsewhere_is_refused(client):
    page = await client.get("/styleguide")
    token = client.cookies["ow_csrf"]
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page.text, re.S)
    assert forms
    assert all(f'name="_csrf_token" value="{token}"' in form for form in forms)
    assert (await client.post("/people", headers={"x-csrftoken": "0" * 128})).status_code == 403
