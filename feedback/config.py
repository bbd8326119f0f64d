"""Every setting of the house, once: its name, type, default and meaning. All are read from ``FEEDBACK_…``.

``load_settings`` refuses to build an unsafe configuration: it raises ``UnsafeSettings`` with one sentence that
says what to set. Nothing else in the package reads the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class UnsafeSettings(Exception):
    """A setting is missing or dangerous. The text is one sentence with the remedy."""


@dataclass(frozen=True)
class Settings:
    """The configuration of one process."""

    database_url: str
    """SQLAlchemy URL: ``sqlite:////absolute/path`` or ``postgresql://…`` (psycopg 3)."""
    redis_url: str
    """Redis protocol URL; ``unix:///path/to.sock`` in the trial. Only a doorbell: may be down."""
    base_url: str
    """Public address used in mails; links are never built from the request's Host header."""
    secret_key: str
    """Signs cookies and form tokens; at least 32 characters."""
    pepper: str
    """Keyed-hash secret for tracking keys, nonces and blind indexes; at least 32 characters."""
    keys: Path
    """Folder of the vault's keys, mode 0700. The web process needs only ``vault.pub`` in it."""
    data: Path
    """Folder for sockets, the embedded database and caches."""
    vault_socket: Path
    """Unix socket on which the vault process answers."""
    storage_url: str
    """Where files lie, encrypted: ``file:///absolute/folder`` or
    ``s3://[key:secret@]bucket/prefix?endpoint=https://…&region=…``. Empty: the folder ``files`` in ``data``."""
    clamd_socket: str
    """Unix socket of a clamd that looks through each file; empty: no virus scanner, and staff are told so."""
    smtp_url: str
    """``smtp://[user:password@]host:port`` or ``smtps://…``; empty: mail stays in the outbox."""
    mail_from: str
    """Sender address of all mails."""
    trusted_hosts: tuple[str, ...]
    """Host header values that are answered; anything else is 400."""
    trusted_proxies: int
    """How many reverse proxies stand in front and set X-Forwarded-For and -Proto. 0: none is believed."""
    port: int
    """TCP port of the web process on loopback."""
    province_vi: str
    """Name of the province on every page, in Vietnamese."""
    province_en: str
    """The same in English."""
    trial: bool
    """A trial: sample accounts, the readable mailbox, the banner. Never true in production."""
    sample: bool
    """Whether the first start of a trial plays the sample cases."""

    @property
    def https(self) -> bool:
        """Whether people reach us by https, so cookies are Secure and HSTS is sent."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")


def _secret(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value and (path := env.get(f"{name}_FILE")):
        value = Path(path).read_text(encoding="ascii").strip()
    if len(value) < 32:
        raise UnsafeSettings(
            f"{name} is missing or shorter than 32 characters. Set it, or {name}_FILE to a file that holds it.")
    return value


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise UnsafeSettings(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _storage_url(env: Mapping[str, str], *, data: Path) -> str:
    url = env.get("FEEDBACK_STORAGE_URL", "") or f"file://{data / 'files'}"
    parts = urlsplit(url)
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/") or len(parts.path) < 2:
            raise UnsafeSettings("FEEDBACK_STORAGE_URL must name a whole path, such as file:///srv/hoi-am/files.")
        return url
    if parts.scheme != "s3" or not parts.hostname:
        raise UnsafeSettings(
            "FEEDBACK_STORAGE_URL must be file:///absolute/folder or s3://bucket/prefix?endpoint=https://….")
    endpoint = urlsplit(parse_qs(parts.query).get("endpoint", ["https://"])[0])
    if endpoint.scheme != "https" and endpoint.hostname not in _LOOPBACK:
        raise UnsafeSettings("FEEDBACK_STORAGE_URL has an endpoint without https. Set its https address.")
    return url


def keep_apart(*, data: Path, keys: Path) -> None:
    """Raises UnsafeSettings when the keys' folder is the data's or lies in it."""
    if keys == data or data in keys.parents:
        raise UnsafeSettings(
            "FEEDBACK_KEYS lies inside FEEDBACK_DATA: a copy of the data would carry the keys. "
            "Put the keys folder somewhere else.")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment into Settings; raises UnsafeSettings with the remedy when something is wrong."""
    env = os.environ if environ is None else environ
    data = Path(env.get("FEEDBACK_DATA", "var")).absolute()
    keys = Path(env.get("FEEDBACK_KEYS", str(data.parent / "keys"))).absolute()
    keep_apart(data=data, keys=keys)
    port = _whole_number(env, "FEEDBACK_PORT", 8000)
    base_url = env.get("FEEDBACK_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnsafeSettings("FEEDBACK_BASE_URL must be an address such as https://phananh.example.vn.")
    hosts = tuple(h.strip() for h in env.get("FEEDBACK_TRUSTED_HOSTS", parts.hostname).split(",") if h.strip())
    trial = env.get("FEEDBACK_TRIAL", "") == "1"
    if trial and not {parts.hostname, *hosts} <= _LOOPBACK:
        raise UnsafeSettings(
            "FEEDBACK_TRIAL has sample accounts with known passwords and serves loopback addresses only. "
            "Unset FEEDBACK_TRIAL, or FEEDBACK_TRUSTED_HOSTS and set FEEDBACK_BASE_URL to http://127.0.0.1.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UnsafeSettings(
            "FEEDBACK_BASE_URL has no https: passwords, tracking keys and cookies could be read on the way. "
            "Set the https address that the proxy in front answers for.")
    if "*" in hosts:
        raise UnsafeSettings("FEEDBACK_TRUSTED_HOSTS must name hosts; '*' would let anybody forge our links.")
    return Settings(
        database_url=env.get("FEEDBACK_DATABASE_URL", f"sqlite:///{data / 'feedback.db'}"),
        redis_url=env.get("FEEDBACK_REDIS_URL", f"unix://{data / 'valkey.sock'}"),
        base_url=base_url,
        secret_key=_secret(env, "FEEDBACK_SECRET_KEY"),
        pepper=_secret(env, "FEEDBACK_PEPPER"),
        keys=keys,
        data=data,
        vault_socket=Path(env.get("FEEDBACK_VAULT_SOCKET", str(data / "vault.sock"))).absolute(),
        storage_url=_storage_url(env, data=data),
        clamd_socket=env.get("FEEDBACK_CLAMD_SOCKET", ""),
        smtp_url=env.get("FEEDBACK_SMTP_URL", ""),
        mail_from=env.get("FEEDBACK_MAIL_FROM", f"hoi-am@{parts.hostname}"),
        trusted_hosts=hosts,
        trusted_proxies=_whole_number(env, "FEEDBACK_TRUSTED_PROXIES", 0),
        port=port,
        province_vi=env.get("FEEDBACK_PROVINCE_VI", "Tỉnh Mẫu"),
        province_en=env.get("FEEDBACK_PROVINCE_EN", "Sample Province"),
        trial=trial,
        sample=env.get("FEEDBACK_SAMPLE", "1") == "1",
    )
