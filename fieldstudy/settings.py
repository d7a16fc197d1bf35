"""What a setting of the environment is, and the rules for its value; config.py has a field for each of them."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from shlex import quote
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

KEY_BYTES = 32
OWN_UMASK = 0o077
"""The database, photos and letters are read by nobody but the user whom the program runs as."""
KEY_HINT = "python3 -c 'import secrets; print(secrets.token_hex(32))' makes one"
REDIS_SECONDS = 3
OWN_HOSTS = ("localhost", "127.0.0.1")
GIVE_UP = 3
"""With which a server's process says that starting it again would help nobody."""
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")

Known = Mapping[str, Any]
"""The settings that were read before, by the names of their fields: some rules are others in the demo."""


class Refused(ValueError):
    """Says what is wrong with a value; never repeats a secret."""


class SettingsAreWrong(RuntimeError):
    """All of them, a line for each."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def show(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def show_number_of_bytes(value: str) -> str:
    return f"kept secret, {len(value.encode())} bytes"


def show_number(values: tuple[str, ...]) -> str:
    return f"kept secret, {len(values)}" if values else ""


def show_without_password(value: str) -> str:
    """A password may hold what else would end it: everything up to the last @ goes, and what a query calls so."""
    bare = re.sub(r"(://[^:/?#@]*):.*@", r"\1:***@", value)
    return re.sub(r"(?i)(password=)[^&]*", r"\1***", bare)


@dataclass(frozen=True)
class Setting:
    name: str
    meaning: str
    allowed: str
    read: Callable[[str, Known], Any] = lambda text, known: text
    absent: Callable[[Known], Any] | None = None
    """What stands in for a setting that is not there, where that is no fixed value."""
    default: str = ""
    """The same in words."""
    show: Callable[[Any], str] = show
    """In force, without what is secret."""
    is_secret: bool = False
    """It may lie in a file, which NAME_FILE names: where secrets are looked after, the environment holds none."""

    def given(self, environment: Mapping[str, str]) -> str:
        text, path = (environment.get(name, "").strip() for name in (self.name, f"{self.name}_FILE"))
        if not self.is_secret or not path:
            return text
        if text:
            raise Refused(f"is set, and {self.name}_FILE too")
        return _read_secret(Path(path), self.name)

    def value(self, text: str, known: Known, fixed: Any) -> Any:
        if text:
            return self.read(text, known)
        return fixed if self.absent is None else self.absent(known)


def _read_secret(path: Path, name: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Refused(f"cannot be read from {name}_FILE={str(path)!r}: {reason}") from None
    if not text:
        raise Refused(f"is empty in {name}_FILE={str(path)!r}")
    return text


def flag(text: str, known: Known) -> bool:
    if text not in ("0", "1"):
        raise Refused(f"is {text!r}")
    return text == "1"


def writable_folder(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"is {str(path)!r}, which cannot be made: {error.strerror}") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Refused(f"is {str(path)!r}, which cannot be written to")
    return path


def openness(path: Path) -> str:
    """Where other users of the machine can look into the folder, that, and the command that shuts it; else nothing."""
    mode = path.stat().st_mode & 0o777
    if not mode & OWN_UMASK:
        return ""
    shut = f"chmod go= {quote(str(path))}"
    return f"other users of this machine can look into {path} (mode {mode:o}); this shuts it: {shut}"


def database(text: str, known: Known) -> str:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise Refused("is no address of a database") from None
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise Refused(f"begins with {url.drivername}://")
    if url.get_backend_name() == "sqlite":
        _check_file(url, known)
    elif not _is_trusted(url, known):
        raise Refused("names a database on another machine without sslmode=verify-full")
    return text


def _is_trusted(url: URL, known: Known) -> bool:
    """Without a host, or with a folder as one, it is spoken to through a socket of this machine."""
    host = str(url.query.get("host") or url.host or "/")
    is_verified = url.query.get("sslmode") in ("verify-ca", "verify-full")
    return is_verified or host.startswith("/") or may_speak_plainly(host, known)


def may_speak_plainly(host: str, known: Known) -> bool:
    """What is said to other machines is encrypted, unless somebody answers for the network in between."""
    return bool(known.get("is_network_trusted")) or host in OWN_HOSTS or host == "::1"


def _check_file(url: URL, known: Known) -> None:
    if not url.database or url.database == ":memory:":
        raise Refused("names no file")
    folder = (known.get("data", Path()) / url.database).parent
    if not url.database.startswith("file:") and not folder.is_dir():
        raise Refused(f"names a file in {str(folder)!r}, which is no folder")


def key(text: str, known: Known) -> str:
    """In the demo nothing is secret: its accounts stand on its sign-in page."""
    length = len(text.encode())
    if length < KEY_BYTES and not known.get("is_demo"):
        raise Refused(f"is {length} {'byte' if length == 1 else 'bytes'} long")
    return text


def keys(text: str, known: Known) -> tuple[str, ...]:
    return tuple(key(one.strip(), known) for one in text.split(","))


def address(text: str, known: Known) -> str:
    parts = _split(text, ("https", "http"))
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise Refused(f"is {text!r}, which is more than a scheme and a host")
    if not _HOST.fullmatch(parts.hostname or ""):
        raise Refused(f"is {text!r}, which has no host's name")
    if parts.scheme == "http" and not may_be_plain(known):
        raise Refused(f"is {text!r}, which is not https")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def hosts(text: str, known: Known) -> tuple[str, ...]:
    """A dot at the beginning stands for every host below."""
    found = tuple(host.strip().lower() for host in text.split(","))
    for host in found:
        if not _HOST.fullmatch(host.removeprefix(".")):
            raise Refused(f"names {host!r}")
    return found


def networks(text: str, known: Known) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(one.strip())) for one in text.split(","))
    except ValueError as error:
        raise Refused(f"names a network that is none: {error}") from None


def hosts_of(known: Known) -> tuple[str, ...]:
    """The address of the pages, and the machine's own names: whoever watches over the server asks by these."""
    host = urlsplit(known.get("url", "")).hostname
    return () if known.get("is_demo") or not host else tuple(dict.fromkeys((host, *OWN_HOSTS)))


def listener(text: str, known: Known) -> str:
    """Where a server listens."""
    if text.startswith("unix:"):
        path = Path(text.removeprefix("unix:"))
        if not path.is_absolute() or not path.parent.is_dir():
            raise Refused(f"is {text!r}, which names no file in a folder that is there")
        return text
    host, _, port = text.rpartition(":")
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", host) or not re.fullmatch(r"[0-9]{1,5}", port):
        raise Refused(f"is {text!r}")
    if int(port) > 65535:
        raise Refused(f"is {text!r}, whose port is too high")
    return text


def may_be_plain(known: Known) -> bool:
    return bool(known.get("is_demo")) or not known.get("is_secure", True)


def _split(text: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise Refused("is no address") from None
    if parts.scheme not in schemes:
        raise Refused(f"begins with {parts.scheme}:" if parts.scheme else "has no scheme")
    if re.search(r"\s", text):
        raise Refused("has a blank in it")
    return parts


def redis(text: str, known: Known) -> str:
    parts = _split(text, ("redis", "rediss", "unix"))
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise Refused("names no server")
    if parts.scheme == "redis" and not may_speak_plainly(parts.hostname or "", known):
        raise Refused("names a Redis on another machine without rediss://")
    if find_spec("redis") is None:
        raise Refused("is set, but its client is not installed (fieldstudy[redis])")
    _ask_redis(text)
    return text


def _ask_redis(url: str) -> None:
    from redis import Redis, RedisError  # noqa: PLC0415 not everybody has it, and it takes 0.1 s to load

    try:
        with Redis.from_url(url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS) as server:
            server.ping()
    except (RedisError, OSError, ValueError) as error:
        raise Refused(f"names a Redis that does not answer ({str(error).splitlines()[0]})") from None


def mail_server(text: str, known: Known) -> str:
    parts = _split(text, ("smtp", "smtps"))
    if not parts.hostname:
        raise Refused("names no server")
    if parts.path not in ("", "/") or parts.query not in ("", "starttls") or parts.fragment:
        raise Refused("says more than a server and ?starttls")
    is_open = parts.scheme == "smtp" and parts.query != "starttls"
    if parts.password is not None and is_open and not may_speak_plainly(parts.hostname, known):
        raise Refused("would send its password to another machine without TLS")
    return text


def sender(text: str, known: Known) -> str:
    if not _ADDRESS.fullmatch(parseaddr(text)[1]) or re.search(r"[\r\n]", text):
        raise Refused(f"is {text!r}")
    return text


def count(most: int, least: int = 0) -> Callable[[str, Known], int]:
    """From `least` to `most`, both included."""

    def read(text: str, known: Known) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise Refused(f"is {text!r}")
        return int(text)

    return read


def time_zone(text: str, known: Known) -> str:
    """By a place, which people know by its name; what is called EST or Etc/GMT+3 nobody does."""
    is_place = "/" in text and not text.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    if text != "UTC" and not (is_place and text in available_timezones()):
        raise Refused(f"is {text!r}")
    return text


def clock(name: str, what: str) -> Setting:
    """For how many days something is kept; the field's default is in days as well."""
    return Setting(name, f"{what}; 0: for ever", "whole days from 0 to 36500", count(36500))


def choice(*words: str) -> Callable[[str, Known], str]:
    def read(text: str, known: Known) -> str:
        if text not in words:
            raise Refused(f"is {text!r}")
        return text

    return read


def number(least: float, most: float) -> Callable[[str, Known], float]:
    """From `least` to `most`, both included."""

    def read(text: str, known: Known) -> float:
        try:
            value = float(text)
        except ValueError:
            raise Refused(f"is {text!r}") from None
        if math.isnan(value) or not least <= value <= most:
            raise Refused(f"is {text}")
        return value

    return read
