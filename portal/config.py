"""The settings, read once from the environment and then frozen.

A wrong value stops the start with one sentence a person can act on. Secrets are never in a
sentence and never in a repr. Production is when APP_URL is https; nothing else decides it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

SECRET_KEY_MIN_CHARS = 32
DEFAULT_PORT = 8000


class ConfigError(Exception):
    """A setting the portal cannot start with; the message is one sentence for the operator."""


@dataclass(frozen=True)
class Config:
    """What the environment says, checked. Build it with `load`; tests may build it directly."""

    secret_key: str = field(repr=False)
    port: int = DEFAULT_PORT
    database_url: str = field(default="", repr=False)
    data_dir: Path = Path("var")
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    app_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    content_host: str = ""
    trusted_proxy: str = ""
    smtp_url: str = field(default="", repr=False)
    demo: bool = False
    blobs: str = ""

    @property
    def is_production(self) -> bool:
        return self.app_url.startswith("https://")

    @property
    def host(self) -> str:
        """The address to listen on: every interface in production, this machine alone otherwise."""
        return "0.0.0.0" if self.is_production else "127.0.0.1"

    @property
    def app_host(self) -> str:
        """The name in APP_URL, without its port."""
        return urlsplit(self.app_url).hostname or ""

    @property
    def is_sqlite(self) -> bool:
        return not self.database_url.startswith("postgres")

    @property
    def sqlite_path(self) -> Path:
        """The database file; meaningless on PostgreSQL."""
        named = self.database_url.removeprefix("sqlite:///")
        return Path(named) if named else self.data_dir / "portal.db"

    @property
    def blob_store(self) -> str:
        """`disk` (below DATA_DIR) or `db`: as the database is kept, unless BLOBS says otherwise."""
        return self.blobs or ("disk" if self.is_sqlite else "db")

    @property
    def queue_path(self) -> Path:
        """The job queue's own file: Huey locks it exclusively, so it is never the database's."""
        return self.data_dir / "queue.db"


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check every setting. Makes DATA_DIR, and in development a secret key inside it."""
    env = {name: value.strip() for name, value in environ.items()}
    port = _port(env.get("PORT", ""))
    app_url = _app_url(env.get("APP_URL", ""), port)
    data_dir = _data_dir(env.get("DATA_DIR", ""))
    keys = _secret_keys(env.get("SECRET_KEY", ""), app_url, data_dir)
    return Config(
        secret_key=keys[0],
        secret_key_fallbacks=keys[1:],
        port=port,
        database_url=_database_url(env.get("DATABASE_URL", "")),
        data_dir=data_dir,
        app_url=app_url,
        content_host=_content_host(env.get("CONTENT_HOST", ""), app_url),
        trusted_proxy=_trusted_proxy(env.get("TRUSTED_PROXY", "")),
        smtp_url=_smtp_url(env.get("SMTP_URL", "")),
        demo=_demo(env.get("DEMO", "")),
        blobs=_blobs(env.get("BLOBS", "")),
    )


def _port(value: str) -> int:
    if not value:
        return DEFAULT_PORT
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 65535):
        raise ConfigError("PORT must be a whole number from 1 to 65535.")
    return int(value)


def _split(value: str) -> SplitResult | None:
    """The parts of a URL, or None where it has no host or an impossible port."""
    try:
        parts = urlsplit(value)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _app_url(value: str, port: int) -> str:
    if not value:
        return f"http://127.0.0.1:{port}"
    parts = _split(value)
    if parts is None or parts.scheme not in ("http", "https"):
        raise ConfigError(
            "APP_URL must be the portal's full address, such as https://people.example.com."
        )
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(
            "APP_URL must end after the host, without a path, a query or a user name."
        )
    if parts.scheme == "http" and not _is_own_machine(parts.hostname or ""):
        raise ConfigError(
            "APP_URL must begin with https:// unless its host is 127.0.0.1 or localhost."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _is_own_machine(host: str) -> bool:
    return host in ("127.0.0.1", "localhost") or host.endswith(".localhost")


def _data_dir(value: str) -> Path:
    data_dir = Path(value or "var")
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ConfigError(
            f"DATA_DIR is {data_dir}, where the portal cannot write: {reason}."
        ) from error
    return data_dir


def _secret_keys(value: str, app_url: str, data_dir: Path) -> tuple[str, ...]:
    """The signing key first, then the keys still accepted: SECRET_KEY may list several by spaces.

    Several keys are how a key is changed without signing everybody out.
    """
    keys = tuple(value.split())
    if app_url.startswith("https://"):
        if not keys:
            raise ConfigError(
                "SECRET_KEY is missing: production needs one, made for example by"
                " python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
            )
        if min(map(len, keys)) < SECRET_KEY_MIN_CHARS:
            raise ConfigError(
                f"SECRET_KEY is too short: every key in it needs at least"
                f" {SECRET_KEY_MIN_CHARS} characters."
            )
    return keys or (_development_key(data_dir / "secret-key"),)


def _development_key(path: Path) -> str:
    """The key kept in DATA_DIR, made at the first start.

    Linked into place whole, so two processes starting together agree and none reads half a key.
    """
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-key-")
        try:
            with os.fdopen(handle, "w") as out:
                out.write(secrets.token_urlsafe(48))
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    try:
        key = path.read_text().strip()
    except OSError as error:
        raise ConfigError(f"The secret key in {path} cannot be read.") from error
    if len(key) < SECRET_KEY_MIN_CHARS:
        raise ConfigError(f"The secret key in {path} is damaged: remove the file for a new one.")
    return key


def _database_url(value: str) -> str:
    if not value:
        return ""
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        return value
    # A socket's address has no host: postgresql:///portal?host=/run/postgresql
    is_socket = value.startswith(("postgres:///", "postgresql:///"))
    parts = _split(value)
    if not is_socket and (parts is None or parts.scheme not in ("postgres", "postgresql")):
        raise ConfigError(
            "DATABASE_URL must begin with postgresql:// or sqlite:///, or be left out"
            " for SQLite in DATA_DIR."
        )
    if not urlsplit(value).path.strip("/"):
        raise ConfigError("DATABASE_URL must name a database, as in postgresql://host/portal.")
    return value


def _content_host(value: str, app_url: str) -> str:
    if not value:
        return ""
    parts = _split(f"//{value}")
    if parts is None or parts.netloc != value or "@" in value:
        raise ConfigError(
            "CONTENT_HOST must be a host name alone, such as courses.example.net,"
            " without https:// and without a path."
        )
    # Cookies know no ports, so the same name at another port is not another place.
    if parts.hostname == urlsplit(app_url).hostname:
        raise ConfigError(
            "CONTENT_HOST must be another host than APP_URL's, or course packages would run"
            " with the rights of whoever takes them."
        )
    return value.lower()


def _trusted_proxy(value: str) -> str:
    if value in ("", "*"):
        return value
    try:
        return str(ip_address(value))
    except ValueError:
        raise ConfigError(
            "TRUSTED_PROXY must be the proxy's IP address, or * where only the proxy"
            " can reach the portal."
        ) from None


def _smtp_url(value: str) -> str:
    if not value:
        return ""
    parts = _split(value)
    if parts is None or parts.scheme not in ("smtp", "smtps") or parts.path not in ("", "/"):
        raise ConfigError(
            "SMTP_URL must look like smtp://user:password@mail.example.com:587"
            " (or smtps://, for TLS from the first byte)."
        )
    return value


def _blobs(value: str) -> str:
    if value not in ("", "disk", "db"):
        raise ConfigError("BLOBS must be disk (files go below DATA_DIR) or db (into the database).")
    return value


def _demo(value: str) -> bool:
    if value not in ("", "0", "1"):
        raise ConfigError("DEMO must be 1 (anyone signs in as a sample person) or 0.")
    return value == "1"
