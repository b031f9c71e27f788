"""Every setting of OneWindow: its name, type, default and meaning, in one place.

Settings come from the environment: `ONEWINDOW_` and the field's name in capitals, and the two names
that hosting platforms already know, `DATABASE_URL` and `STORAGE_URL`. An empty value means "not
set". `onewindow settings` prints them all; docs/operating.md explains them, and a test keeps it so.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "ONEWINDOW_"
MASK = "********"


class MissingSecret(Exception):
    """No secret key was given where one must be: several machines share a real database."""

    def __init__(self) -> None:
        super().__init__(
            "ONEWINDOW_SECRET_KEY is not set. With DATABASE_URL every process must be given "
            "the same secret key; make one with: openssl rand -hex 32"
        )


def _setting(default: Any, en: str, zh: str, **more: Any) -> Any:
    """A field with its meaning in both languages; the English one is in docs/operating.md too."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **more)


def _checkout_or_here() -> Path:
    """The source checkout when we run from one, else the current folder."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


class Settings(BaseSettings):
    """The settings of one process. Wrong values are refused when it starts, by name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        validate_assignment=True,
        validate_default=True,
    )

    # Where things are kept
    database_url: str | None = _setting(
        None,
        "PostgreSQL to use, as postgresql://user:password@host:port/database. "
        "Not set: an embedded PostgreSQL under the var folder is started.",
        "所用的 PostgreSQL，形如 postgresql://用户:密码@主机:端口/数据库。"
        "不设：启动自带的一个，数据在 var 目录。",
        validation_alias="DATABASE_URL",
    )
    storage_url: str = _setting(
        "",
        "Where the bytes of files are kept: folder:///absolute/path, or "
        "s3://key:secret@host:port/bucket?secure=0. Not set: the folder objects under var.",
        "文件内容存放处：folder:///绝对路径，或 s3://key:secret@主机:端口/桶?secure=0。"
        "不设：var 目录下的 objects。",
        validation_alias="STORAGE_URL",
    )
    var: Path = _setting(
        Path("var"),
        "Folder for everything that is made at run time: embedded database, files, logs, keys. "
        "A relative path starts at the checkout.",
        "运行时产生的一切的目录：自带数据库、文件、日志、密钥。相对路径从源码目录算起。",
    )

    # Web
    host: str = _setting(
        "127.0.0.1",
        "Address to listen on; 0.0.0.0 for every network interface.",
        "监听地址；0.0.0.0 为全部网卡。",
    )
    port: int = _setting(
        8800,
        "Port to listen on; 0 takes any free one.",
        "监听端口；0 为任一空闲端口。",
        ge=0,
        le=65535,
    )
    public_url: str = _setting(
        "",
        "Address under which people reach OneWindow, as printed in QR codes and letters. "
        "With https, cookies are marked secure. Not set: http://localhost and the port.",
        "公众访问的地址，印在二维码和文书上。以 https 开头时 Cookie 只经加密连接发送。"
        "不设：http://localhost 加端口。",
    )
    trusted_proxies: str = _setting(
        "",
        "Addresses or networks, separated by commas, whose X-Forwarded-For and "
        "X-Forwarded-Proto headers are believed.",
        "可信反向代理的地址或网段，逗号分隔；只采信它们的 X-Forwarded-For 和 X-Forwarded-Proto。",
    )
    web_processes: int = _setting(
        1, "How many web processes serve requests.", "处理网页请求的进程数。", ge=1, le=64
    )
    request_max_kb: int = _setting(
        4096,
        "Largest request body in KB, uploads apart.",
        "单个请求的最大体积（KB），上传文件除外。",
        ge=64,
    )
    upload_max_mb: int = _setting(
        200,
        "Largest single uploaded file in MB; a material may allow less, never more.",
        "单个上传文件的最大体积（MB）；材料可以规定得更小，不能更大。",
        ge=1,
    )

    # Sign-in
    secret_key: SecretStr | None = _setting(
        None,
        "Key that signs what leaves the server, at least 32 characters, the same in every process. "
        "Needed with DATABASE_URL; with the embedded database it is made once and kept in var.",
        "签名密钥，至少 32 个字符，各进程必须相同。设了 DATABASE_URL 时必须给出；"
        "使用自带数据库时自动生成并保存在 var 目录。",
        min_length=32,
    )
    session_idle_minutes: int = _setting(
        30,
        "Minutes without any request after which a person must sign in again.",
        "多少分钟无操作须重新登录。",
        ge=1,
    )
    session_absolute_hours: int = _setting(
        12,
        "Hours after signing in when a person must sign in again in any case.",
        "登录满多少小时后无论如何须重新登录。",
        ge=1,
    )

    identity_providers: str = _setting(
        "",
        "Identity providers offered beside the password (OpenID Connect), separated by commas, as "
        "package.module:factory. Not set: applicants register and sign in by password.",
        "密码之外可用的身份提供方（OpenID Connect），写作 包.模块:工厂，逗号分隔。"
        "不设：申请人注册并以密码登录。",
    )

    # Database and jobs
    pool_max: int = _setting(
        10,
        "Most database connections a process opens for people's requests.",
        "每个进程为用户请求打开的数据库连接上限。",
        ge=1,
    )
    system_pool_max: int = _setting(
        4,
        "Most database connections a process opens for sign-in, jobs and seeding.",
        "每个进程为登录、后台任务和装入数据打开的数据库连接上限。",
        ge=1,
    )
    worker_processes: int = _setting(
        1,
        "How many worker processes `onewindow run` starts.",
        "onewindow run 启动的后台进程数。",
        ge=0,
        le=64,
    )
    job_concurrency: int = _setting(
        10, "Jobs that one worker does at the same time.", "一个后台进程同时处理的任务数。", ge=1
    )

    # Language, logs, demo
    language: Literal["zh", "en"] = _setting(
        "zh",
        "Language of a page when neither its reader nor their browser names one. "
        "Papers are Chinese.",
        "本人和浏览器都没有指定语言时，页面所用的语言。文书一律用中文。",
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info", "Least level that is logged.", "日志的最低级别。"
    )
    log_format: Literal["text", "json"] = _setting(
        "text",
        "Log lines for people (text) or for machines (json).",
        "日志格式：text 供人读，json 供机器读。",
    )
    log_requests: bool = _setting(
        True, "Whether every web request is logged.", "是否记录每个网页请求。"
    )
    stop_seconds: int = _setting(
        10,
        "Seconds that requests and jobs under way are given to finish when a process is stopped.",
        "停止进程时，留给进行中的请求和任务的秒数。",
        ge=1,
        le=600,
    )
    demo: bool | None = _setting(
        None,
        "Fill an empty database with the demo town, whose passwords are public. "
        "Not set: only in the embedded database.",
        "空数据库是否装入演示城市（密码公开）。不设：仅自带数据库装入。",
    )

    @field_validator("var")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return (_checkout_or_here() / folder.expanduser()).resolve()

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in ("postgresql", "postgres"):
            raise ValueError("must begin with postgresql://")
        return url

    @field_validator("storage_url")
    @classmethod
    def _is_folder_or_s3(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("folder", "s3"):
            raise ValueError("must begin with folder:// or s3://")
        return url

    @field_validator("public_url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        if url and not (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname):
            raise ValueError("must begin with http:// or https:// and name a host")
        return url.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, listed: str) -> str:
        for network in filter(None, map(str.strip, listed.split(","))):
            ip_network(network)  # its own sentence says what is wrong
        return listed

    @model_validator(mode="after")
    def _derive(self) -> Self:
        """Fill what follows from other settings; written past validation, which would loop."""
        if not self.storage_url or "storage_url" not in self.model_fields_set:
            self.__dict__["storage_url"] = f"folder://{quote(str(self.var / 'objects'))}"
        if not self.public_url or "public_url" not in self.model_fields_set:
            self.__dict__["public_url"] = f"http://localhost:{self.port}"
        return self

    @property
    def with_demo(self) -> bool:
        """Whether an empty database gets the demo town."""
        return self.demo if self.demo is not None else self.database_url is None

    @property
    def secure_cookies(self) -> bool:
        """Whether people come by https only."""
        return self.public_url.startswith("https://")

    @cached_property
    def secret(self) -> bytes:
        """The secret key. With the embedded database it is made at first use and kept in var.

        Raises `MissingSecret` where DATABASE_URL is set and the key isn't.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        if self.database_url is not None:
            raise MissingSecret
        return _kept_secret(self.var / "secret.key")

    @contextmanager
    def using(self, **values: Any) -> Iterator[Self]:
        """These settings with some of them changed inside the block; the seam for tests."""
        before, given = dict(self.__dict__), set(self.model_fields_set)
        self.__dict__.pop("secret", None)
        try:
            for name, value in values.items():
                setattr(self, name, value)
            yield self
        finally:
            self.__dict__.clear()
            self.__dict__.update(before)
            self.__pydantic_fields_set__ = given


def _kept_secret(file: Path) -> bytes:
    """The key in `file`, made first if it isn't there; two processes at once agree on one key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
        new.write(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(draft, file)  # fails when the key exists: a link never replaces
    draft.unlink()
    return file.read_bytes().strip()


def variable(name: str) -> str:
    """The environment variable that sets field `name`."""
    return str(Settings.model_fields[name].validation_alias or f"{PREFIX}{name.upper()}")


def meaning(name: str, language: str = "en") -> str:
    """What field `name` is for, in one or two sentences."""
    field = Settings.model_fields[name]
    if language == "zh" and isinstance(field.json_schema_extra, dict):
        return str(field.json_schema_extra["zh"])
    return str(field.description)


def shown(name: str, value: Any) -> str:
    """`value` as it may be printed: keys and the passwords inside addresses are masked."""
    if value is None or value == "":
        return ""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, str) and name.endswith("_url"):
        parts = urlsplit(value)
        if parts.password is not None:
            account, _, place = parts.netloc.rpartition("@")
            masked = f"{account.partition(':')[0]}:{MASK}@{place}"
            return urlunsplit(parts._replace(netloc=masked))
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def document() -> str:
    """All settings as the table in docs/operating.md."""
    lines = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = shown(name, field.default)
        lines.append(
            f"| `{variable(name)}` | {f'`{default}`' if default else ''} | {meaning(name)} |"
        )
    return "\n".join(lines)


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Variables that begin with our prefix but set nothing: most likely misspelt."""
    known = {variable(name) for name in Settings.model_fields}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def explain(wrong: ValidationError) -> str:
    """What is wrong with the environment, one line for each variable; secret values aren't told."""
    lines = []
    for error in wrong.errors():
        place = str(error["loc"][0]) if error["loc"] else ""
        name = variable(place) if place in Settings.model_fields else place
        lines.append(f"{name}: {error['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


try:
    settings = Settings()
except ValidationError as wrong:
    # Nothing can run on a wrong setting, and whoever started us should read which, not a trace.
    raise SystemExit(explain(wrong)) from None
