"""Opening a store from its address: one setting says which kind and where."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from storage.folder import FolderStore
from storage.s3 import S3Store
from storage.store import Store


def open(url: str) -> Store:
    """The store at `url`; nothing is touched before `ready()`.

    `folder:///absolute/path`, or `s3://key:secret@host:port/bucket?secure=0&region=us-east-1`.
    `secure=0` speaks plain HTTP (default: TLS). `public=https://files.example.cn` names the address
    under which browsers reach the same server, which is what makes `presign` give out URLs. Key and
    secret are percent-encoded where they hold `/`, `@`, `:` or `+`. Raises ValueError, never
    repeating the secret, for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "folder":
        if parts.netloc or not parts.path.startswith("/") or parts.query:
            raise ValueError("a folder's address is folder:///absolute/path")
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        bucket = parts.path.strip("/")
        if not (parts.hostname and parts.username and parts.password and bucket):
            raise ValueError("an S3 address is s3://key:secret@host:port/bucket")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        unknown = options.keys() - {"secure", "region", "public"}
        if unknown or "/" in bucket:
            raise ValueError(f"an S3 address doesn't take {sorted(unknown) or bucket!r}")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return S3Store(
            endpoint=host if parts.port is None else f"{host}:{parts.port}",
            access_key=unquote(parts.username),
            secret_key=unquote(parts.password),
            bucket=bucket,
            region=options.get("region", "us-east-1"),
            secure=options.get("secure", "1") not in ("0", "false", "no"),
            public=options.get("public"),
        )
    raise ValueError(f"no store for addresses that begin with {parts.scheme!r}")
