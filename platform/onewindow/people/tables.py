"""People, the posts they hold, and how they sign in."""

from datetime import datetime, timedelta
from typing import Any, Self

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import (
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Secret,
    Serial,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.readable import Readable
from piccolo.columns.reference import LazyTableReference

from onewindow import db
from onewindow.db.scoped import Base, Rows, TenantScoped, engine, tenant_column
from onewindow.errors import Refusal
from onewindow.people import credentials, passwords, rules, sessions
from onewindow.people.gate import token_hash
from onewindow.settings import settings
from onewindow.tenants.tables import Department


class Person(TenantScoped, BaseUser, tablename="person", db=engine, help_text="人员"):
    """Staff and applicants alike. Staff have posts; applicants have cases.

    `username` is what is typed at sign-in: a login name for staff, the mobile number for
    applicants (who may also type their ID number).
    """

    rows = Rows.PERSON
    id = Serial(primary_key=True)
    tenant = tenant_column(index=True, help_text="home tenant")
    kind = Varchar(10, default="staff", help_text="staff | applicant")
    name = Varchar(60, help_text="姓名")
    email = Varchar(255, null=True, default=None, unique=True)
    phone = Varchar(20, default="")
    id_number = Varchar(18, null=True, default=None, unique=True, help_text="公民身份号码")
    language = Varchar(5, default="zh")
    totp_secret = Secret(length=64, default="")
    totp_on = Boolean(default=False)
    must_change_password = Boolean(default=False)
    created_at = Timestamptz()

    _min_password_length = rules.PASSWORD_LEAST
    _max_password_length = rules.PASSWORD_MOST

    def __init__(self, **values: Any) -> None:
        # BaseUser's own would stretch with pbkdf2; the setter below does what is needed.
        super(BaseUser, self).__init__(**values)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "password" and value and not passwords.is_stretched(value):
            value = passwords.stretched_here(value)
        super(BaseUser, self).__setattr__(name, value)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s (%s)", columns=[cls.name, cls.username])

    # What Piccolo's panel asks of its users, answered by our own sign-in.

    @classmethod
    def hash_password(cls, password: str, salt: str = "", iterations: int | None = None) -> str:
        return passwords.stretched_here(password)

    @classmethod
    def _validate_password(cls, password: str) -> None:
        problem = rules.password_problem(password)
        if problem or passwords.is_stretched(password):
            raise ValueError(problem or "请输入密码本身。")

    @classmethod
    async def update_password(cls, user: str | int, password: str) -> None:
        cls._validate_password(password)
        stretched = await passwords.stretched(password)
        which = cls.username == user if isinstance(user, str) else cls.id == user
        await cls.update({cls.password: stretched}).where(which)

    @classmethod
    async def create_user(cls, username: str, password: str, **more: Any) -> Self:
        if not username:
            raise ValueError("请填写登录名。")
        cls._validate_password(password)
        person = cls(username=username, password=await passwords.stretched(password), **more)
        await person.save()
        return person

    @classmethod
    async def login(cls, username: str, password: str) -> int | None:
        """The id, or None. With the same lockout as everywhere; a second step is never skipped."""
        try:
            known = await credentials.check(username, password)
        except Refusal:
            return None
        return None if known.second_step else known.id


class Post(TenantScoped, Base, tablename="post", help_text="岗位"):
    """A post in a department: one role, and a backup post that takes over in absence (AB岗)."""

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    department = ForeignKey(Department, on_delete=OnDelete.restrict, null=False)
    key = Varchar(40)
    name = Varchar(60)
    name_en = Varchar(100, default="")
    role = Varchar(30, help_text="see onewindow.people.rules.ROLES")
    backup = ForeignKey(LazyTableReference("Post", module_path=__name__), null=True, default=None)
    active = Boolean(default=True)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class PostHolder(TenantScoped, Base, tablename="post_holder", help_text="岗位人员"):
    """Who holds a post, since when; while `away` the backup post's holders get its tasks."""

    rows = Rows.TENANT
    tenant = tenant_column(index=True)
    post = ForeignKey(Post, on_delete=OnDelete.cascade, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.cascade, null=False)
    since = Date()
    until = Date(null=True, default=None)
    away = Boolean(default=False, help_text="请假或外出：任务转 B 岗")


class Session(Base, tablename="session"):
    """A signed-in browser. Only the SHA-256 of its token is kept."""

    rows = Rows.SYSTEM
    token_hash = Varchar(64, unique=True)
    person = Integer(index=True)
    office = Integer(null=True, default=None, help_text="tenant they act for; null for applicants")
    created_at = Timestamptz()
    seen_at = Timestamptz()
    ends_at = Timestamptz(help_text="absolute expiry")
    second_factor = Boolean(default=True, help_text="false until the TOTP code was given")
    address = Varchar(45, default="")
    agent = Varchar(200, default="")

    # What Piccolo's panel asks of its session table. `token` lives only in the object it gets.
    token: str

    @classmethod
    async def create_session(
        cls,
        user_id: int,
        expiry_date: datetime | None = None,
        max_expiry_date: datetime | None = None,
    ) -> Self:
        """A session for the panel's own sign-in; `token` of the result is the cookie's value."""
        lasts = timedelta(hours=settings.session_absolute_hours)
        token = await sessions.open_session(
            user_id, lasts=lasts, office=await sessions.first_office(user_id)
        )
        with db.as_system():
            session: Self = await cls.objects().get(cls.token_hash == token_hash(token))
        session.__dict__["token"] = token
        return session

    @classmethod
    async def get_user_id(cls, token: str, increase_expiry: timedelta | None = None) -> int | None:
        """The person of a whole, living session; None for any other."""
        return await sessions.person_of(
            token, idle=timedelta(minutes=settings.session_idle_minutes)
        )

    @classmethod
    async def remove_session(cls, token: str) -> None:
        await sessions.end_token(token)


class SignInAttempt(Base, tablename="sign_in_attempt"):
    """Failed and successful attempts, by name and address: the memory behind lockout."""

    rows = Rows.SYSTEM
    name_hash = Varchar(64, index=True)
    address = Varchar(45, index=True)
    at = Timestamptz(index=True)
    succeeded = Boolean(default=False)


class AccessToken(TenantScoped, Base, tablename="access_token", help_text="访问令牌"):
    """Lets a program act for a person within `scopes`. Only the SHA-256 of it is kept."""

    rows = Rows.OWN
    tenant = tenant_column()
    person = Integer(db_column_name="person_id", index=True)
    name = Varchar(80)
    token_hash = Varchar(64, unique=True)
    scopes = Array(Varchar(30), default=list)
    created_at = Timestamptz()
    ends_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
