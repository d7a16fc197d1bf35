"""The environment, read once into a frozen value."""

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo

from fieldstudy import settings
from fieldstudy.settings import Known, Refused, Setting, SettingsAreWrong

PACKAGE = Path(__file__).parent
_INSTALLED_SITE = PACKAGE / "site"
SITE = _INSTALLED_SITE if _INSTALLED_SITE.is_dir() else PACKAGE.parent
"""The folder that holds templates/, static/ and migrations/: beside the package, or inside it once installed."""

LOCALES = ("it", "en")
UPLOAD_LIMIT_BYTES = 64 * 1024 * 1024
DEFAULT_URL = "http://127.0.0.1:8000"
FIRST = ("is_demo", "is_secure", "is_network_trusted", "data")
"""What the rules of other settings ask for."""


def _read_folder(text: str, known: Known) -> Path:
    return settings.writable_folder(Path(text).absolute())


def _read_security(text: str, known: Known) -> bool:
    return not settings.flag(text, known)


def _database_file(known: Known) -> str:
    return f"sqlite:///{known.get('data', Path()) / 'fieldstudy.sqlite'}"


def _key_of_demo(known: Known) -> str:
    """Kept in the data folder, so that a restart of the demo signs nobody out."""
    if not known.get("is_demo"):
        raise Refused("is not set; the demo alone (FIELDSTUDY_DEMO=1) does without")
    path: Path = known.get("data", Path()) / "demo-key"
    if not path.exists() and "data" in known:
        path.write_text(secrets.token_hex(settings.KEY_BYTES))
        path.chmod(0o600)
    return path.read_text() if path.exists() else ""


def _address_at_home(known: Known) -> str:
    if not settings.may_be_plain(known):
        raise Refused("is not set; the demo alone (FIELDSTUDY_DEMO=1) and plain HTTP do without")
    return DEFAULT_URL


@dataclass(frozen=True)
class Config:
    """One field for each setting, with its name, what it means and what is allowed."""

    data: Annotated[
        Path,
        Setting(
            "FIELDSTUDY_DATA",
            "the folder of database, photos and e-mails of the demo",
            "a folder that can be made and written to",
            _read_folder,
            lambda known: _read_folder("instance", known),
            "`instance` in the folder of the start",
        ),
    ]
    database_url: Annotated[
        str,
        Setting(
            "DATABASE_URL",
            "where the database is",
            "postgresql+psycopg://user:password@host/name?sslmode=verify-full (without sslmode on this machine), "
            "or sqlite:///file",
            settings.database,
            _database_file,
            "SQLite in the data folder",
            show=settings.show_without_password,
            is_secret=True,
        ),
    ]
    secret_key: Annotated[
        str,
        Setting(
            "SECRET_KEY",
            "signs what the browser keeps; required outside the demo",
            f"at least {settings.KEY_BYTES} bytes ({settings.KEY_HINT})",
            settings.key,
            _key_of_demo,
            "the demo makes its own",
            show=settings.show_number_of_bytes,
            is_secret=True,
        ),
    ]
    secret_key_fallbacks: Annotated[
        tuple[str, ...],
        Setting(
            "SECRET_KEY_FALLBACKS",
            "former keys: what they signed is valid still, new signatures are by `SECRET_KEY`",
            f"keys with commas between them, each of at least {settings.KEY_BYTES} bytes",
            settings.keys,
            default="none",
            show=settings.show_number,
            is_secret=True,
        ),
    ] = ()
    url: Annotated[
        str,
        Setting(
            "FIELDSTUDY_URL",
            "where people find it: the beginning of every link that leaves the pages; required outside the demo",
            "https:// and a host, with a port or without "
            "(http:// in the demo, or with FIELDSTUDY_INSECURE_COOKIES=1), and no path",
            settings.address,
            _address_at_home,
            f"`{DEFAULT_URL}` on plain HTTP",
        ),
    ] = DEFAULT_URL
    trusted_hosts: Annotated[
        tuple[str, ...],
        Setting(
            "TRUSTED_HOSTS",
            "the hosts under which pages are asked for; a request for another one is refused",
            "names with commas between them; .example.org stands for every host below example.org",
            settings.hosts,
            settings.hosts_of,
            "the host of `FIELDSTUDY_URL`, localhost and 127.0.0.1; in the demo any",
            show=lambda hosts: settings.show(hosts) or "any",
        ),
    ] = ()
    """None: any."""
    trusted_proxies: Annotated[
        int,
        Setting(
            "TRUSTED_PROXIES",
            "how many proxies stand in front: so many addresses of `X-Forwarded-For` are believed, from its end, and "
            "the `X-Forwarded-Proto` of the nearest; they have to pass `Host` on as it came",
            "a whole number from 0 to 9",
            settings.count(9),
        ),
    ] = 0
    bind: Annotated[
        str,
        Setting(
            "FIELDSTUDY_BIND",
            "where the web server listens; nobody but the proxy should reach it",
            "host:port, or unix:/folder/socket",
            settings.listener,
        ),
    ] = "127.0.0.1:8000"
    processes: Annotated[
        int,
        Setting(
            "FIELDSTUDY_PROCESSES",
            "how many processes of the web server answer, with eight threads each: about one for each core",
            "a whole number from 1 to 64",
            settings.count(64, least=1),
        ),
    ] = 2
    metrics_from: Annotated[
        tuple[str, ...],
        Setting(
            "FIELDSTUDY_METRICS_FROM",
            "whoever asks from there is given `/metrics`; for others there is no such page",
            "addresses or networks with commas between them, such as 127.0.0.1, 10.0.5.0/24, ::1",
            settings.networks,
            default="the machine itself",
        ),
    ] = ("127.0.0.0/8", "::1/128")
    is_demo: Annotated[
        bool,
        Setting(
            "FIELDSTUDY_DEMO",
            "the demo study, with a sign-in that asks for no password",
            "1 or 0",
            settings.flag,
            default="0",
        ),
    ] = False
    is_secure: Annotated[
        bool,
        Setting(
            "FIELDSTUDY_INSECURE_COOKIES",
            "cookies travel over plain HTTP as well: to try it at home",
            "1 or 0",
            _read_security,
            lambda known: not known.get("is_demo"),
            "0, in the demo 1",
            show=lambda is_secure: settings.show(not is_secure),
        ),
    ] = True
    is_network_trusted: Annotated[
        bool,
        Setting(
            "FIELDSTUDY_TRUSTED_NETWORK",
            "nobody listens on the way to the database and to Redis: those on other machines may be spoken to "
            "without TLS",
            "1 or 0",
            settings.flag,
            default="0",
        ),
    ] = False
    redis_url: Annotated[
        str,
        Setting(
            "REDIS_URL",
            "the workers' queue and the counts of who tries too often, in a Redis database of its own "
            "(install `fieldstudy[redis]`)",
            "rediss://host:6379/0, unix:///socket or, on this machine, redis://127.0.0.1:6379/0, of a server that "
            "answers",
            settings.redis,
            default="a file in the data folder, and the database",
            show=settings.show_without_password,
            is_secret=True,
        ),
    ] = ""
    lease_seconds: Annotated[
        float,
        Setting(
            "FIELDSTUDY_LEASE_SECONDS",
            "a worker that has not said for so long how far it is may be dead: its job is taken up again",
            "seconds from 1 to 3600",
            settings.number(1, 3600),
        ),
    ] = 60
    smtp_url: Annotated[
        str,
        Setting(
            "SMTP_URL",
            "the server that takes e-mails",
            "smtp://user:password@host:587?starttls or smtps://user:password@host; a password without TLS goes to this "
            "machine alone",
            settings.mail_server,
            default="no e-mails; the demo writes them to `mail/` in its data folder",
            show=settings.show_without_password,
            is_secret=True,
        ),
    ] = ""
    mail_from: Annotated[
        str,
        Setting("MAIL_FROM", "their sender", "an address, with a name or without: Name <a@b.it>", settings.sender),
    ] = "Fieldstudy <fieldstudy@localhost>"
    time_zone: Annotated[
        str,
        Setting(
            "FIELDSTUDY_TIMEZONE",
            "by which clock e-mails and pages tell times, which they name; what happened in a store is told by the "
            "store's own",
            "a place's time zone as Europe/Rome, or UTC",
            settings.time_zone,
        ),
    ] = "Europe/Rome"
    mail_domains: Annotated[
        tuple[str, ...],
        Setting(
            "MAIL_DOMAINS",
            "domains of e-mail that exist in your own network alone; others below .local or .test are refused",
            "names with commas between them; .intranet.local stands for every domain below intranet.local",
            settings.hosts,
            default="none",
        ),
    ] = ()
    office_idle_hours: Annotated[
        float,
        Setting(
            "FIELDSTUDY_OFFICE_IDLE_HOURS",
            "whoever has an office role is signed out after so long without a request",
            "hours from 0.1 to 720",
            settings.number(0.1, 720),
        ),
    ] = 12
    phone_idle_days: Annotated[
        float,
        Setting(
            "FIELDSTUDY_PHONE_IDLE_DAYS",
            "whoever works in the field alone is signed out after so long without a request",
            "days from 1 to 365",
            settings.number(1, 365),
        ),
    ] = 30
    session_days: Annotated[
        float,
        Setting(
            "FIELDSTUDY_SESSION_DAYS",
            "everybody is signed out so long after signing in, however much the session is used",
            "days from 1 to 365",
            settings.number(1, 365),
        ),
    ] = 90

    keep_inbox_days: Annotated[
        int,
        settings.clock("FIELDSTUDY_KEEP_INBOX_DAYS", "how long a photo waits in the inbox that belongs to no visit"),
    ] = 30
    keep_drafts_days: Annotated[
        int,
        settings.clock("FIELDSTUDY_KEEP_DRAFTS_DAYS", "how long the backup of a visit is kept that was never sent"),
    ] = 365
    keep_quarantine_days: Annotated[
        int,
        settings.clock(
            "FIELDSTUDY_KEEP_QUARANTINE_DAYS", "how long a sending under review is kept after somebody decided about it"
        ),
    ] = 180
    keep_invitations_days: Annotated[
        int,
        settings.clock("FIELDSTUDY_KEEP_INVITATIONS_DAYS", "how long an invitation is kept once it is used or too old"),
    ] = 30
    keep_accounts_days: Annotated[
        int,
        settings.clock(
            "FIELDSTUDY_KEEP_ACCOUNTS_DAYS",
            "how long a deactivated account is kept; then it is erased, as if the person had asked for it",
        ),
    ] = 0
    keep_photos_days: Annotated[
        int,
        settings.clock("FIELDSTUDY_KEEP_PHOTOS_DAYS", "how long photos of visits are kept after their wave's release"),
    ] = 730
    keep_jottings_days: Annotated[
        int,
        settings.clock("FIELDSTUDY_KEEP_JOTTINGS_DAYS", "how long jottings are kept after their wave's release"),
    ] = 730
    keep_sendings_days: Annotated[
        int,
        settings.clock(
            "FIELDSTUDY_KEEP_SENDINGS_DAYS",
            "how long sendings are kept as the phone wrote them, after their wave's release; answers stay",
        ),
    ] = 730
    second_factor: Annotated[
        str,
        Setting(
            "FIELDSTUDY_SECOND_FACTOR",
            "whether whoever has an office role (coordinator, reviewer, manager, administrator) has to sign in with a "
            "second factor, or may; whoever works in the field alone may in any case",
            "required or offered",
            settings.choice("required", "offered"),
            lambda known: "offered" if known.get("is_demo") else "required",
            "required, in the demo offered",
        ),
    ] = "required"
    second_factor_grace_days: Annotated[
        float,
        Setting(
            "FIELDSTUDY_SECOND_FACTOR_GRACE_DAYS",
            "so long after the first sign-in, or after the upgrade that brought the rule, the pages open without one",
            "days from 0 to 365",
            settings.number(0, 365),
        ),
    ] = 7

    def link(self, path: str) -> str:
        """For every link that leaves the pages: what a request says of its host is anybody's word."""
        return self.url + path

    def local(self, moment: datetime) -> datetime:
        """By the clock of this installation."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    @property
    def sends_mail(self) -> bool:
        return bool(self.smtp_url) or self.is_demo

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Everything that is wrong is said at once."""
        known: dict[str, Any] = {}
        wrong: list[str] = []
        for name, setting, fixed in sorted(cls.settings(), key=lambda one: one[0] not in FIRST):
            try:
                known[name] = setting.value(setting.given(environment), known, fixed)
            except Refused as refused:
                wrong.append(f"{setting.name} {refused}; allowed: {setting.allowed}")
        if wrong:
            raise SettingsAreWrong(tuple(wrong))
        return cls(**known)

    @classmethod
    def settings(cls) -> Iterator[tuple[str, Setting, Any]]:
        """Field, setting and fixed default of each."""
        hints = get_type_hints(cls, include_extras=True)
        for field in fields(cls):
            yield field.name, hints[field.name].__metadata__[0], None if field.default is MISSING else field.default

    def in_force(self) -> list[tuple[str, str]]:
        """Each with its value, or with what stands in for it; nothing that is secret."""
        rows = [(setting, setting.show(getattr(self, field))) for field, setting, _ in self.settings()]
        return [(setting.name, value or setting.default.replace("`", "")) for setting, value in rows]
