"""Letters in words; here, that the reports of a wave are ready. No figure travels by mail."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

import jinja2

from fieldstudy import words
from fieldstudy.config import LOCALES, SITE
from fieldstudy.models import Edition, User
from fieldstudy.models.columns import now
from fieldstudy.words import Words

TEMPLATE = "email/letter.txt"


@dataclass(frozen=True)
class Letter:
    """`parts` have an empty line between them."""

    subject: str
    parts: tuple[str, ...]


def papers_ready(edition: Edition, user: User, sender: str, link: str) -> EmailMessage:
    """The same letter has the same Message-ID, however often it is written."""
    return addressed(user, sender, _worded(edition, user, link), f"{edition.id}.{user.id}")


def addressed(user: User, sender: str, letter: Letter, name: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = letter.subject, sender, user.email
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{name}@fieldstudy>"
    message.set_content(_drawn(letter), cte="quoted-printable")
    message["Content-Language"], message["Auto-Submitted"] = words_for(user).locale, "auto-generated"
    return message


def words_for(user: User) -> Words:
    """In the language that they chose."""
    return words.of(user.locale if user.locale in LOCALES else LOCALES[0])


def on_one_line(name: str) -> str:
    """What somebody typed must not begin a line of its own, in a header least of all."""
    return " ".join(name.split())


def _worded(edition: Edition, user: User, link: str) -> Letter:
    said, wave = words_for(user), edition.wave
    study, client = wave.study, wave.study.client
    parts = (
        said.gettext("Hello %(name)s,", name=user.name or user.email),
        said.gettext(
            "the reports of “%(wave)s” (%(study)s) are ready to read and to download.", wave=wave.name, study=study.name
        ),
        _again(edition, said),
        link,
        said.gettext(
            "You receive this once for each edition, because you read the results of %(client)s.", client=client.name
        ),
    )
    subject = said.gettext("The reports are ready: %(wave)s", wave=on_one_line(f"{client.name}, {wave.name}"))
    return Letter(subject, tuple(part for part in parts if part))


def _again(edition: Edition, said: Words) -> str:
    if edition.number == 1:
        return ""
    reason = edition.reason.rstrip(".") + "."
    return said.gettext(
        "This is edition %(number)s. Why there is one: %(reason)s", number=edition.number, reason=reason
    )


def _drawn(letter: Letter) -> str:
    loader = jinja2.FileSystemLoader(SITE / "templates")
    texts = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 plain text
    return texts.get_template(TEMPLATE).render(letter=letter)
