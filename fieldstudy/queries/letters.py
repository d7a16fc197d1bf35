"""Letters that the demo wrote into its folder instead of sending them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import current_app

from fieldstudy.config import Config


@dataclass(frozen=True)
class WrittenLetter:
    name: str
    written_at: datetime
    to: str
    subject: str
    text: str


def has_folder() -> bool:
    config: Config = current_app.extensions["fieldstudy"]
    return config.is_demo and not config.smtp_url


def _folder() -> Path:
    config: Config = current_app.extensions["fieldstudy"]
    return config.data / "mail"


def list_letters() -> list[WrittenLetter]:
    """The newest first."""
    found = [_read(path) for path in _folder().glob("*.eml")]
    return sorted(found, key=lambda letter: letter.written_at, reverse=True)


def find_letter(name: str) -> WrittenLetter | None:
    """By its name in the folder; what is no name there is none of its letters."""
    path = next((path for path in _folder().glob("*.eml") if path.stem == name), None)
    return _read(path) if path else None


def _read(path: Path) -> WrittenLetter:
    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return WrittenLetter(path.stem, written_at, str(message["To"]), str(message["Subject"]), message.get_content())
