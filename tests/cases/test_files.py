"""Materials: taken in as a stream, known by their content, kept once, shown to few."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uploads
from browsing import Browser
from casework import AS_JSON, attach, begin, do, record, say
from world import Town

from onewindow import db, rooms


async def own(sql: str, *values: Any) -> Any:
    with db.as_system():
        return await db.fetchval(sql, *values)


@pytest.fixture
async def draft(cast) -> str:
    return await begin(cast.applicant, "food-business", "qingxi")


async def test_a_file_is_kept_once_under_its_hash_however_often_it_is_sent(cast, draft) -> None:
    data = uploads.pdf(3)
    for name in ("图一.pdf", "图二.pdf"):
        answer = await attach(cast.applicant, draft, "layout", data, name)
        assert answer.status_code == 201, answer.text
    with db.as_system():
        rows = await db.fetch("select * from case_material order by id")
    assert {row["sha256"] for row in rows} == {hashlib.sha256(data).hexdigest()}
    assert len({row["object_key"] for row in rows}) == 1
    assert [(row["name"], row["size"], row["pages"], row["media_type"]) for row in rows] == [
        ("图一.pdf", len(data), 3, "application/pdf"),
        ("图二.pdf", len(data), 3, "application/pdf"),
    ]
    assert {row["trust"] for row in rows} == {"C"}
    assert await rooms.store().get_bytes(rows[0]["object_key"]) == data


async def test_what_a_file_is_follows_from_its_content_not_from_its_name(cast, draft) -> None:
    for data, name, code in (
        (b"MZ" + b"\x00" * 400, "扫描件.pdf", None),
        (b"<html><script>alert(1)</script></html>", "图.pdf", None),
        (b"#!/bin/sh\nrm -rf /\n", "图.png", None),
        (uploads.image("GIF"), "图.gif", None),
        (b"", "空.pdf", None),
        (uploads.pdf()[: len(uploads.pdf()) // 2], "断.pdf", None),
        (uploads.locked_pdf(), "加密.pdf", "pdf-locked"),
        (uploads.bomb_png(60000, 60000), "炸弹.png", None),
    ):
        answer = await attach(cast.applicant, draft, "layout", data, name)
        assert answer.status_code == 422, (name, answer.status_code, answer.text)
        said = answer.json()
        assert said["message"].endswith("。"), said
        if code:
            assert said["code"] == code
    assert await own("select count(*) from case_material") == 0
    # A picture with a wrong ending is what it is, or refused; it never becomes something else.
    answer = await attach(cast.applicant, draft, "layout", uploads.image("PNG"), "照片.pdf")
    if answer.status_code == 201:
        assert await own("select media_type from case_material") == "image/png"


async def test_two_kinds_in_one_file_are_refused_or_kept_as_the_harmless_one(cast, draft) -> None:
    zipped = io.BytesIO()
    import zipfile

    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("run.html", "<script>alert(1)</script>")
    for data, name in (
        (uploads.image("PNG") + zipped.getvalue(), "双面.png"),
        (uploads.image("JPEG") + b"<?php system($_GET[0]); ?>", "双面.jpg"),
        (b"<script>alert(1)</script>" + uploads.pdf(), "双面.pdf"),
        (uploads.pdf() + zipped.getvalue(), "双面.pdf"),
    ):
        answer = await attach(cast.applicant, draft, "layout", data, name)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            address = f"/cases/{draft}/files/{answer.json()['file']}"
            kept = await cast.applicant.get(address)
            # Offered as a download of its own kind, in a sandbox: nothing in it ever runs here.
            assert kept.headers["content-type"] in ("image/png", "image/jpeg", "application/pdf")
            assert kept.headers["content-disposition"].startswith("attachment")
            assert "sandbox" in kept.headers["content-security-policy"]
            assert kept.headers["x-content-type-options"] == "nosniff"


async def test_too_large_is_told_while_it_comes_and_leaves_nothing(cast, draft) -> None:
    """business_licence and the like allow 10 MB, the layout 20."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
        )
        for _n in range(400):
            sent += 1
            yield b"0" * (1 << 18)
        yield b"\r\n--x--\r\n"

    answer = await cast.applicant.post(
        f"/cases/{draft}/materials/layout",
        content=endless(),
        headers={
            **AS_JSON,
            "x-csrftoken": await cast.applicant.csrf_token(),
            "content-type": "multipart/form-data; boundary=x",
        },
    )
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["message"]
    assert await own("select count(*) from case_material") == 0


async def test_too_many_files_are_refused_even_when_they_come_at_once(cast, draft) -> None:
    said = await asyncio.gather(
        *(attach(cast.applicant, draft, "layout", uploads.pdf(n + 1), f"{n}.pdf") for n in range(8))
    )
    assert sorted(each.status_code for each in said) == [201] * 5 + [422] * 3
    late = next(each for each in said if each.status_code == 422)
    assert late.json()["message"] == "“经营布局和操作流程图”最多上传 5 个文件。"
    assert await own("select count(*) from case_material") == 5


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\图.pdf", "图.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("  名   称 .pdf ", "名 称 .pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ('"><script>alert(1)</script>.pdf', "script>.pdf"),
    ],
)
async def test_no_path_and_no_script_in_a_name_is_trusted(cast, draft, sent, kept) -> None:
    answer = await attach(cast.applicant, draft, "layout", name=sent)
    assert answer.status_code == 201, answer.text
    assert await own("select name from case_material") == kept
    page = await cast.applicant.get(f"/applications/{draft}/materials")
    assert "<script>alert" not in page.text
    download = await cast.applicant.get(f"/cases/{draft}/files/{answer.json()['file']}")
    assert "\n" not in download.headers["content-disposition"]


async def test_what_is_no_upload_is_said_so(cast, draft) -> None:
    token = {"x-csrftoken": await cast.applicant.csrf_token(), **AS_JSON}
    address = f"/cases/{draft}/materials/layout"
    for more in (
        {"json": {"file": "x"}},
        {"data": {"file": "x"}},
        {"files": {"other": ("x.pdf", b"x")}},
        {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"", "headers": {"content-type": "multipart/form-data"}},
        {
            "content": b"\x00" * 100,
            "headers": {"content-type": "multipart/form-data; boundary=\x01"},
        },
    ):
        headers = {**token, **more.pop("headers", {})}
        answer = await cast.applicant.post(address, headers=headers, **more)
        assert answer.status_code in (400, 422), (more, answer.status_code)
    unknown = await attach(cast.applicant, draft, "nothing-like-that")
    assert unknown.status_code == 404
    unsigned = await cast.applicant.post(address, files={"file": ("x.pdf", uploads.pdf())})
    assert unsigned.status_code == 403
    assert await own("select count(*) from case_material") == 0


async def test_a_file_is_taken_out_while_writing_and_not_after(cast, draft) -> None:
    file = (await attach(cast.applicant, draft, "layout")).json()["file"]
    address = f"/cases/{draft}/files/{file}"
    assert (await cast.applicant.get(address)).status_code == 200
    assert (await say(cast.applicant, "DELETE", address)).status_code == 200
    for _again in range(2):
        assert (await cast.applicant.get(address)).status_code == 404
        assert (await say(cast.applicant, "DELETE", address)).status_code == 404
    receipt = await cast.food()
    uid = await own("select uid from case_material where removed_at is null limit 1")
    for refused in (
        await say(cast.applicant, "DELETE", f"/cases/{receipt}/files/{uid}"),
        await attach(cast.applicant, receipt, "layout"),
        await attach(cast.window, receipt, "layout"),
    ):
        assert refused.status_code == 409
        assert refused.json()["message"] == "办件已经提交，目前不能再增减材料。"
    assert "material.added" not in {line["kind"] for line in await record(receipt)}


async def test_a_download_honours_ranges(cast, draft) -> None:
    data = uploads.pdf(2)
    file = (await attach(cast.applicant, draft, "layout", data)).json()["file"]
    address = f"/cases/{draft}/files/{file}"
    size = len(data)
    for asked, status, part in (
        ("bytes=0-9", 206, data[:10]),
        ("bytes=10-", 206, data[10:]),
        ("bytes=-5", 206, data[-5:]),
        (f"bytes=0-{size * 2}", 206, data),
        ("bytes=5-2", 200, data),
        (f"bytes={size}-", 200, data),
        ("bytes=a-b", 200, data),
        ("bytes=0-1,4-5", 200, data),
        ("lines=0-1", 200, data),
        ("bytes=--9", 200, data),
        ("bytes=99999999999999999999-", 200, data),
    ):
        answer = await cast.applicant.get(address, headers={"range": asked})
        assert (answer.status_code, answer.content) == (status, part), asked
        assert int(answer.headers["content-length"]) == len(part)
        if status == 206:
            assert answer.headers["content-range"].endswith(f"/{size}")


async def test_a_preview_is_a_picture_made_once(cast, draft) -> None:
    pdf = (await attach(cast.applicant, draft, "layout", uploads.pdf(2))).json()["file"]
    photo = await attach(cast.applicant, draft, "layout", uploads.photo(), "照片.jpg")
    assert photo.status_code == 201, photo.text
    for file, pages in ((pdf, 2), (photo.json()["file"], 1)):
        base = f"/cases/{draft}/files/{file}"
        for _twice in range(2):
            small = await cast.applicant.get(f"{base}/preview", params={"small": 1})
            assert small.headers["content-type"] == "image/webp"
        page = await cast.applicant.get(f"{base}/preview", params={"at": pages - 1})
        assert page.status_code == 200
        assert b"SecretPhone" not in page.content
        for beyond in ("at=99", "at=-1", "at=x", "at=99999999999999999999"):
            odd = await cast.applicant.get(f"{base}/preview?{beyond}")
            assert odd.status_code < 500, (beyond, odd.status_code)
        assert (await cast.applicant.get(f"{base}/view")).status_code == 200


async def test_files_are_for_those_who_may_see_their_case(
    cast, draft, desk_of, browser: Browser
) -> None:
    file = (await attach(cast.applicant, draft, "layout")).json()["file"]
    receipt = await cast.food(upto="inspect")
    sent = await own(
        "select m.uid from case_material m join cases c on c.id = m.case_id"
        " where c.receipt_number = $1 limit 1",
        receipt,
    )
    # A draft's files are its writer's alone; a case's are for its offices too.
    assert (await cast.window.get(f"/cases/{draft}/files/{file}")).status_code == 404
    assert (await cast.reviewer.get(f"/cases/{receipt}/files/{sent}")).status_code == 200
    for who in (await desk_of("13800000002"), await desk_of("zheng.shuang")):
        for path in ("", "/preview", "/view"):
            answer = await who.get(f"/cases/{receipt}/files/{sent}{path}")
            assert answer.status_code == 404
    assert (await browser.get(f"/cases/{receipt}/files/{sent}")).is_redirect
    # A file isn't reached through another case, even one's own.
    assert (await cast.applicant.get(f"/cases/{draft}/files/{sent}")).status_code == 404


async def test_what_one_tenant_holds_says_nothing_to_another(cast, desk_of, town: Town) -> None:
    data = uploads.pdf(4)
    here = await begin(cast.applicant, "food-business", "qingxi")
    there = await begin(await desk_of("13800000002"), "food-business", "baishi")
    await attach(cast.applicant, here, "layout", data)
    await attach(await desk_of("13800000002"), there, "layout", data)
    with db.as_system():
        rows = await db.fetch("select tenant, object_key from case_material order by id")
    assert len({row["object_key"] for row in rows}) == 2
    for row in rows:
        assert row["object_key"].startswith(f"files/{row['tenant']}/")


async def test_a_slow_upload_holds_no_database_connection(cast, draft) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()
    data = uploads.pdf()

    async def slow() -> AsyncIterator[bytes]:
        yield (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n\r\n'
            + data[:100]
        )
        started.set()
        await go_on.wait()
        yield data[100:] + b"\r\n--x--\r\n"

    async def send() -> Any:
        return await cast.applicant.post(
            f"/cases/{draft}/materials/layout",
            content=slow(),
            headers={
                **AS_JSON,
                "x-csrftoken": await cast.applicant.csrf_token(),
                "content-type": "multipart/form-data; boundary=x",
            },
        )

    under_way = asyncio.create_task(send())
    await asyncio.wait_for(started.wait(), 10)
    await asyncio.sleep(0.05)
    free = db.engine.pool.get_idle_size()
    assert free == db.engine.pool.get_size()
    go_on.set()
    assert (await under_way).status_code == 201


async def test_a_file_that_is_lost_from_the_store_is_said_to_be_missing(cast, draft) -> None:
    file = (await attach(cast.applicant, draft, "layout")).json()["file"]
    await rooms.store().delete(await own("select object_key from case_material"))
    for path in ("", "/preview", "/preview?small=1"):
        answer = await cast.applicant.get(f"/cases/{draft}/files/{file}{path}", headers=AS_JSON)
        assert answer.status_code == 404
        assert "找不到" in answer.json()["message"]


async def test_the_record_of_a_correction_names_what_came_and_went(cast) -> None:
    receipt = await cast.food()
    items = {"items": [{"text": "重画", "material": "layout"}]}
    with db.as_system():
        task = await db.fetchval("select id from task")
        old = await db.fetchval("select uid from case_material where material = 'layout'")
    assert (await say(cast.window, "POST", f"/tasks/{task}/correction", items)).is_success
    await attach(cast.applicant, receipt, "layout", name="新图.pdf")
    await say(cast.applicant, "DELETE", f"/cases/{receipt}/files/{old}")
    lines = [(line["kind"], line["detail"].get("name")) for line in await record(receipt)]
    assert ("material.added", "新图.pdf") in lines
    assert ("material.removed", "经营布局和操作流程图.pdf") in lines
    await cast.applicant.send_form(f"/applications/{receipt}/correction")
    await do(cast.window, receipt, "accept")
