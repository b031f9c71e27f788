"""What people do with their own account: password, second step, sessions, absence, language."""

from datetime import datetime, timedelta

import pyotp

from onewindow import clock, db
from onewindow.errors import Invalid, NotThere, Refusal
from onewindow.people import attempts, credentials, passwords, rules, sessions
from onewindow.people.gate import Actor
from onewindow.web.i18n import LANGUAGES

ISSUER = "OneWindow"


class WrongCode(Refusal):
    status = 422
    text = "验证码不正确，请输入手机上当前显示的 6 位数字，还可以再试 {left} 次。"


class CodeUsed(Refusal):
    """A code opens one door once (RFC 6238 §5.2), even while it is still shown."""

    status = 422
    text = "这个验证码已经用过，请等手机上显示新的验证码后再输入。"


class SignInAgain(Refusal):
    """The half-opened session has ended before the code came."""

    status = 401
    text = "等待验证码的时间过长，请重新登录。"


async def change_password(
    actor: Actor, current: str, new: str, again: str, *, address: str = ""
) -> str:
    """Change one's own password, end all other sessions; this session's new token.

    Raises Invalid for the fields `current`, `new` and `again`, or what `credentials.confirm` does.
    """
    problems = {}
    about = (actor.name, actor.username, actor.phone, actor.id_number or "")
    if problem := rules.password_problem(new, about):
        problems["new"] = problem
    elif rules.plain_password(new) == rules.plain_password(current):
        problems["new"] = "新密码不能与当前密码相同。"
    if rules.plain_password(again) != rules.plain_password(new):
        problems["again"] = "两次输入的新密码不一致。"
    if problems:
        raise Invalid(problems)
    await credentials.confirm(actor.id, current, address=address)
    await db.execute(
        "update person set password = $2, must_change_password = false where id = $1",
        actor.id,
        await passwords.stretched(new),
    )
    await sessions.end_all(actor.id, but=actor.session)
    return await sessions.renew(actor.session) or ""


async def prepare_second_step(actor: Actor) -> None:
    """Make the secret that the person's authenticator app will share; not in force yet."""
    await db.execute(
        "update person set totp_secret = $2 where id = $1 and not totp_on",
        actor.id,
        pyotp.random_base32(),
    )


async def confirm_second_step(actor: Actor, code: str) -> None:
    """Put the second step in force, once a first code shows that the app has the secret."""
    secret = await db.fetchval(
        "select totp_secret from person where id = $1 and not totp_on", actor.id
    )
    if not secret:
        raise NotThere
    await _require_code(actor.id, secret, code)
    await db.execute("update person set totp_on = true where id = $1", actor.id)
    await sessions.end_all(actor.id, but=actor.session)


async def drop_second_step(actor: Actor, password: str, *, address: str = "") -> None:
    """Sign in by password alone again. Asks for the password; raises as `credentials.confirm`."""
    await credentials.confirm(actor.id, password, address=address)
    await db.execute("update person set totp_on = false, totp_secret = '' where id = $1", actor.id)


async def enter_code(
    session: int, person: int, code: str, *, lasts: timedelta, address: str = ""
) -> str:
    """The second step at sign-in: the session's new token, good for all doors.

    Raises WrongCode, CodeUsed, attempts.NameLocked, or SignInAgain.
    """
    with db.as_system():
        secret = await db.fetchval(
            "select totp_secret from person where id = $1 and active and totp_on", person
        )
    if not secret:
        raise SignInAgain
    await _require_code(person, secret, code, address=address)
    token = await sessions.renew(session, lasts=lasts)
    if token is None:
        raise SignInAgain
    return token


def provisioning(login: str, secret: str) -> str:
    """The otpauth address in the QR code (Google Authenticator's key URI format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


async def be_away(actor: Actor, holdings: set[int]) -> None:
    """Be absent from just these of one's holdings: their tasks go to the backup posts (AB岗)."""
    scope = db.Scope(system=True, person=actor.id)
    with db.use(scope):
        await db.execute(
            "update post_holder set away = id = any($2) where person = $1"
            " and away is distinct from (id = any($2))",
            actor.id,
            list(holdings),
        )


async def speak(actor: Actor, language: str) -> None:
    """The language of letters and messages to this person."""
    if language not in LANGUAGES:
        raise Invalid({"language": "请选择一种语言。"})
    await db.execute("update person set language = $2 where id = $1", actor.id, language)


async def _require_code(person: int, secret: str, code: str, *, address: str = "") -> None:
    attempt, left = await attempts.begin(attempts.key_of("code", str(person)), address)
    step = _step_of(secret, code, clock.now())
    if step is None:
        raise WrongCode(left=left)
    if not await attempts.once(attempts.key_of("used-code", f"{person}:{step}")):
        raise CodeUsed
    await attempts.succeeded(attempt)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which time step a code belongs to, one either side allowed for clocks that differ."""
    digits = "".join(rules.plain_password(code).split())
    totp = pyotp.TOTP(secret)
    for step in (totp.timecode(now) + drift for drift in (0, -1, 1)):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None
