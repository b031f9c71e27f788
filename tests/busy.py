"""The same town after a busy week: in two counties everything that can be there is there.

Every word somebody typed in 青溪县 holds the mark 青溪印, in 白石县 白石印; so a page that shows
one county anything of the other can be told by its text. Made once for a run, through the front
door.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from browsing import Browser
from casework import apply_for, attach, begin, do, fill, say, task_of
from world import Town, answers_of, package_of

from onewindow import clock, db, jobs
from onewindow.matters import actions as matters
from onewindow.matters.package import Package
from onewindow.people import staffing
from onewindow.people.rules import POST_ROLES
from onewindow.workdays.actions import set_day

MARKS: Mapping[str, str] = {"qingxi": "青溪印", "baishi": "白石印"}
CAST: Mapping[str, tuple[str, ...]] = {
    # county → applicant, window clerk, reviewer, checker, decider
    "qingxi": ("13800000001", "li.min", "chen.gang", "liu.yang", "zhao.lei"),
    "baishi": ("13800000002", "zheng.shuang", "feng.tao", "deng.li", "cao.bin"),
}
DeskOf = Callable[[str], Awaitable[Browser]]


async def build(town: Town, desk_of: DeskOf) -> None:
    """Fill the town. Its database and rooms are open, its application answers."""
    for county in MARKS:
        await _every_role(town, county)
        await _cases(county, desk_of)
        await _configuration(town, county)
    await _joint_case(desk_of)
    for county in MARKS:
        await _failed_job(town, county)


def login_of(role: str, county: str) -> str:
    """Somebody who holds just this role in the county's centre."""
    return f"{role.replace('_', '-')}.{county}"


async def _every_role(town: Town, county: str) -> None:
    """One person for each role there is. Their password is everybody's, stretched only once."""
    tenant = town.tenants[county]
    with db.as_system():
        for role in POST_ROLES:
            login = login_of(role, county)
            person = await db.fetchval(
                "insert into person (tenant, kind, username, name, password, phone, language,"
                " active, admin, superuser, must_change_password)"
                " select $1, 'staff', $2, $3, password, '', 'zh', true, $4, false, false"
                " from person where username = 'li.min' returning id",
                tenant,
                login,
                f"{MARKS[county]}{role}",
                role in ("configurator", "operator"),
            )
            key = f"only-{role.replace('_', '-')}"
            await staffing.create_post(tenant, "service-centre", key, f"{key}岗", role)
            await staffing.appoint(tenant, key, person)


async def _cases(county: str, desk_of: DeskOf) -> None:
    """A case in every state, with files, papers, a certificate, a kept view."""
    mark = MARKS[county]
    applicant, window, reviewer, checker, decider = [await desk_of(each) for each in CAST[county]]

    async def case(name: str) -> str:
        return await apply_for(
            applicant, "food-business", county, operator_name=f"{mark}{name}食品经营部"
        )

    delivered = await case("办结")
    for step, who in (
        ("accept", window),
        ("inspect", reviewer),
        ("review", reviewer),
        ("check", checker),
        ("decide", decider),
    ):
        await do(who, delivered, step)
    await jobs.drain()
    await do(window, delivered, "deliver")

    await case("收件")

    correcting = await case("补正")
    items = [{"text": f"{mark}：布局图请重画", "material": "layout"}]
    await _ok(
        window, "POST", f"/tasks/{await task_of(correcting, 'accept')}/correction", {"items": items}
    )

    refused = await case("不予受理")
    reasons = {"reasons": f"{mark}理由", "legal_basis": f"{mark}依据", "facts": f"{mark}事实"}
    await _ok(window, "POST", f"/tasks/{await task_of(refused, 'accept')}/refusal", reasons)

    withdrawn = await case("撤回")
    await applicant.send_form(f"/applications/{withdrawn}/withdrawal", {"why": f"{mark}不办了"})

    claimed = await case("签收")
    await do(window, claimed, "accept")
    await _ok(reviewer, "POST", f"/tasks/{await task_of(claimed, 'inspect')}/claim")

    for browser in (applicant, window):
        draft = await begin(browser, "food-business", county)
        answers = {**answers_of("food-business")["apply"], "operator_name": f"{mark}草稿商行"}
        assert (await fill(browser, draft, answers)).status_code == 303
        kept = await attach(browser, draft, "layout", name=f"{mark}布局图.pdf")
        assert kept.status_code == 201, kept.text

    await window.send_form("/inbox/views", {"name": f"{mark}视图", "words": mark})
    await jobs.drain()


async def _configuration(town: Town, county: str) -> None:
    """A wording, a closed day, a matter's draft of the county's own."""
    tenant, mark = town.tenants[county], MARKS[county]
    with db.as_tenant(tenant):
        await db.execute(
            "insert into paper_text (tenant, paper, title, body) values ($1, 'receipt', $2, $3)",
            tenant,
            "收件回执",
            f"{mark}{{{{ applicant }}}}",
        )
        await set_day(tenant, clock.now().date().replace(month=12, day=25), worked=False, note=mark)
        shipped = package_of("food-business")
        definition = {**shipped.definition, "name": {"zh": f"{mark}草案", "en": "Draft"}}
        package = Package(definition, shipped.process, shipped.decisions, shipped.forms)
        draft = await matters.save_draft(
            tenant, package, by=None, now=clock.now(), note=f"{mark}草稿说明"
        )
        await _around_the_draft(tenant, draft, mark)


async def _around_the_draft(tenant: int, draft: int, mark: str) -> None:
    """What people leave while they configure: opinions, open editors, blocks, migrations."""
    matter, hash = await db.fetchrow("select matter, hash from matter_version where id = $1", draft)
    # Its own rows are only its owner's to write: the system stands in for the person here.
    with db.as_system():
        person = await db.fetchval(
            "select id from person where username = $1",
            login_of("configurator", {name: key for key, name in MARKS.items()}[mark]),
        )
        upstream = await db.fetchval("select id from matter where key = 'construction-permit'")
        await db.execute(
            "insert into matter_review (tenant, version, hash, kind, text, at)"
            " values ($1, $2, $3, 'comment', $4, now())",
            tenant, draft, hash, f"{mark}意见",
        )  # fmt: skip
        await db.execute(
            "insert into matter_notice (tenant, matter, kind, reason, at)"
            " values ($1, $2, 'suspended', $3, now())",
            tenant, matter, f"{mark}公告",
        )  # fmt: skip
        await db.execute(
            "insert into draft_editor (tenant, version, person_id, name, since, seen_at)"
            " values ($1, $2, $3, $4, now(), now())",
            tenant, draft, person, f"{mark}编辑",
        )  # fmt: skip
        await db.execute(
            "insert into form_block (tenant, key, name, schema, changed_at)"
            " values ($1, 'person', $2, '{}', now())",
            tenant, f"{mark}组件",
        )  # fmt: skip
        await db.execute(
            "insert into matter_adoption (tenant, matter, upstream, upstream_version, changed_at)"
            " select $1, $2, id, current_version, now() from matter where id = $3",
            tenant, matter, upstream,
        )  # fmt: skip
        await db.execute(
            "with migration as (insert into case_migration (tenant, matter, from_version,"
            " to_version, reason, at) values ($1, $2, $3, $3, $4, now()) returning id)"
            " insert into case_migration_item (tenant, migration, case_id, reason)"
            " select $1, id, (select min(id) from cases where tenant = $1), $4 from migration",
            tenant, matter, draft, f"{mark}迁移",
        )  # fmt: skip
        await db.execute(
            "insert into access_token (tenant, person_id, name, token_hash, scopes, created_at,"
            " ends_at) values ($1, $2, $3, $3, '{matters:read}', now(), now())",
            tenant, person, f"{mark}令牌",
        )  # fmt: skip


async def _joint_case(desk_of: DeskOf) -> None:
    """A city's case and a township's, so that tenants above and below the counties have theirs."""
    applicant = await desk_of("13800000001")
    await apply_for(applicant, "construction-permit", "yunchuan", owner_name="云川印置业有限公司")
    township = await apply_for(
        applicant, "subsistence-allowance", "linjiang", applicant_name="青溪印吴桂兰"
    )
    await do(await desk_of("lin.xiao"), township, "accept")


async def _failed_job(town: Town, county: str) -> None:
    with db.as_system():
        case = await db.fetchval(
            "select id from cases where tenant = $1 and state = 'delivered'", town.tenants[county]
        )
        job = await db.fetchval(
            "insert into pgqueuer (priority, entrypoint, payload, status, execute_after)"
            " values (0, 'case.paper', convert_to($1, 'UTF8'), 'failed', now()) returning id",
            f'{{"case": {case}, "paper": "receipt", "tenant": {town.tenants[county]}}}',
        )
        await db.execute(
            "insert into pgqueuer_log (job_id, status, entrypoint, priority, traceback)"
            " values ($1, 'failed', 'case.paper', 0, $2::jsonb)",
            job,
            f'{{"exception_type": "{MARKS[county]}", "exception_message": "{MARKS[county]}"}}',
        )


async def _ok(browser: Browser, method: str, url: str, body: Any = None) -> None:
    answer = await say(browser, method, url, body)
    assert answer.status_code == 200, answer.text
