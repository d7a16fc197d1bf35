"""The environment, read once into a frozen value."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent
_INSTALLED_SITE = PACKAGE / "site"
SITE = _INSTALLED_SITE if _INSTALLED_SITE.is_dir() else PACKAGE.parent
"""The folder that holds templates/, static/ and migrations/: beside the package, or inside it once installed."""

LOCALES = ("it", "en")
UPLOAD_LIMIT_BYTES = 64 * 1024 * 1024


class SettingIsMissing(RuntimeError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set; Fieldstudy cannot start without it (demo: FIELDSTUDY_DEMO=1)")
        self.name = name


@dataclass(frozen=True)
class Config:
    data: Path
    database_url: str
    secret_key: str
    url: str = "http://127.0.0.1:8000"
    """Where people find it: the beginning of links that leave the pages."""
    is_demo: bool = False
    is_secure: bool = True
    """Cookies travel over HTTPS only; off in the demo, which is served on plain HTTP at home."""
    redis_url: str = ""
    """Where the workers' queue lies; without it, in a file of the data folder."""
    lease_seconds: float = 60
    """A worker that has not said for so long how far it is may be dead: its job is taken up again."""
    smtp_url: str = ""
    """smtp://user:password@host:587?starttls, or smtps://…; without it the demo writes letters into its data folder."""
    mail_from: str = "Fieldstudy <fieldstudy@localhost>"

    @property
    def sends_mail(self) -> bool:
        return bool(self.smtp_url) or self.is_demo

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        is_demo = environment.get("FIELDSTUDY_DEMO", "") == "1"
        data = Path(environment.get("FIELDSTUDY_DATA", "instance")).absolute()
        data.mkdir(parents=True, exist_ok=True)
        return cls(
            data=data,
            database_url=environment.get("DATABASE_URL", f"sqlite:///{data / 'fieldstudy.sqlite'}"),
            secret_key=environment.get("SECRET_KEY", "") or (_demo_key(data) if is_demo else _missing("SECRET_KEY")),
            url=environment.get("FIELDSTUDY_URL", cls.url).rstrip("/"),
            is_demo=is_demo,
            is_secure=environment.get("FIELDSTUDY_INSECURE_COOKIES", "1" if is_demo else "") != "1",
            redis_url=environment.get("REDIS_URL", ""),
            lease_seconds=float(environment.get("FIELDSTUDY_LEASE_SECONDS", cls.lease_seconds)),
            smtp_url=environment.get("SMTP_URL", ""),
            mail_from=environment.get("MAIL_FROM", cls.mail_from),
        )


def _missing(name: str) -> str:
    raise SettingIsMissing(name)


def _demo_key(data: Path) -> str:
    """Kept in the data folder, so that a restart of the demo signs nobody out."""
    path = data / "demo-key"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return path.read_text()
