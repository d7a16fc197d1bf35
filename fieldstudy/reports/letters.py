"""Letters in words: that the reports of a wave are ready. No figure travels by mail."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

import jinja2

from fieldstudy import words
from fieldstudy.config import LOCALES, SITE
from fieldstudy.models import Edition, User
from fieldstudy.models.columns import now
from fieldstudy.words import Words

TEMPLATE = "email/papers_ready.txt"


@dataclass(frozen=True)
class Letter:
    subject: str
    greeting: str
    sentence: str
    again: str
    link: str
    why: str


def papers_ready(edition: Edition, user: User, sender: str, link: str) -> EmailMessage:
    """In the language the manager chose; the same letter has the same Message-ID, however often it is written."""
    language = user.locale if user.locale in LOCALES else LOCALES[0]
    letter, message = _worded(edition, user, language, link), EmailMessage()
    message["Subject"], message["From"], message["To"] = letter.subject, sender, user.email
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{edition.id}.{user.id}@fieldstudy>"
    message.set_content(_drawn(letter), cte="quoted-printable")
    message["Content-Language"], message["Auto-Submitted"] = language, "auto-generated"
    return message


def _worded(edition: Edition, user: User, language: str, link: str) -> Letter:
    said, wave = words.of(language), edition.wave
    study, client = wave.study, wave.study.client
    return Letter(
        subject=said.gettext("The reports are ready: %(wave)s", wave=" ".join(f"{client.name}, {wave.name}".split())),
        greeting=said.gettext("Hello %(name)s,", name=user.name or user.email),
        sentence=said.gettext(
            "the reports of “%(wave)s” (%(study)s) are ready to read and to download.", wave=wave.name, study=study.name
        ),
        again=_again(edition, said),
        link=link,
        why=said.gettext(
            "You receive this once for each edition, because you read the results of %(client)s.", client=client.name
        ),
    )


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
