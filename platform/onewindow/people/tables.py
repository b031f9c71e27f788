"""People, the posts they hold, and how they sign in."""

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import (
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

from onewindow.db.scoped import Base, Rows, TenantScoped, engine, tenant_column
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

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s (%s)", columns=[cls.name, cls.username])


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


class SignInAttempt(Base, tablename="sign_in_attempt"):
    """Failed and successful attempts, by name and address: the memory behind lockout."""

    rows = Rows.SYSTEM
    name_hash = Varchar(64, index=True)
    address = Varchar(45, index=True)
    at = Timestamptz(index=True)
    succeeded = Boolean(default=False)
