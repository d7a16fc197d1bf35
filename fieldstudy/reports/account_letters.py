"""Letters to the address of an account: invitations, a forgotten password, and what happened to it."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage

from fieldstudy.core.access import Role
from fieldstudy.core.factors import Change
from fieldstudy.core.invitations import Kind
from fieldstudy.models import Client, Invitation, User
from fieldstudy.reports import letters
from fieldstudy.reports.letters import Letter
from fieldstudy.words import Words
from fieldstudy.words.marks import _


def invitation(row: Invitation, sender: str, link: str, until: datetime, sets_password: bool) -> EmailMessage:
    """`sets_password`: the link leads to a page that sets one; else whoever gets the letter signs in."""
    said = letters.words_for(row.user)
    end = _until(until, said)
    if row.kind == Kind.RESET:
        return _letter(row, sender, _reset(row, said, link, end))
    if row.kind == Kind.ROLE and row.client is not None and row.role is not None:
        return _letter(row, sender, _role(row, row.client, row.role, said, link, end, sets_password))
    return _letter(row, sender, _password(row, said, link, end))


def _letter(row: Invitation, sender: str, letter: Letter) -> EmailMessage:
    # The link is another one each time, and so is the letter.
    return letters.addressed(row.user, sender, letter, f"{row.id}.{row.token_sha256[:16]}")


def _until(at: datetime, said: Words) -> str:
    return said.gettext(
        "The link works once, until %(moment)s. It is only for you: do not pass it on.", moment=said.moment_there(at)
    )


def _role(row: Invitation, client: Client, role: Role, said: Words, link: str, end: str, sets_password: bool) -> Letter:
    name, known = letters.on_one_line(client.name), letters.on_one_line(row.user.name)
    store = letters.on_one_line(row.store.name) if row.store else None
    offered = said.role_in(role, letters.on_one_line(row.region or ""), store)
    sentence = said.gettext("“%(client)s” offers you a role in its studies: %(role)s.", client=name, role=offered)
    if sets_password:
        how = said.gettext("Choose a password here, and the role is yours:")
    else:
        how = said.gettext("Sign in here, and say yes or no:")
    return Letter(
        subject=said.gettext("A role in the studies of %(client)s", client=name),
        parts=(
            said.gettext("Hello %(name)s,", name=known or row.user.email),
            sentence,
            f"{how}\n{link}",
            end,
            said.gettext("Do you know nothing of this? Then leave it: without your answer nothing happens."),
        ),
    )


def _password(row: Invitation, said: Words, link: str, end: str) -> Letter:
    return Letter(
        subject=said.gettext("Your link to Fieldstudy"),
        parts=(
            said.gettext("Hello %(name)s,", name=letters.on_one_line(row.user.name) or row.user.email),
            said.gettext("your account is there. Choose a password here, and sign in with it from then on:")
            + f"\n{link}",
            end,
            said.gettext("Do you know nothing of this? Then leave it: without your answer nothing happens."),
        ),
    )


def _reset(row: Invitation, said: Words, link: str, end: str) -> Letter:
    return Letter(
        subject=said.gettext("A new password for Fieldstudy"),
        parts=(
            said.gettext("Hello %(name)s,", name=letters.on_one_line(row.user.name) or row.user.email),
            said.gettext("somebody asked for a new password for your account. Was it you? Choose it here:")
            + f"\n{link}",
            end,
            said.gettext("Was it not you? Then leave it: your password stays as it is."),
        ),
    )


def password_changed(user: User, sender: str, at: datetime, way_back: str) -> EmailMessage:
    said = letters.words_for(user)
    letter = Letter(
        subject=said.gettext("Your password was changed"),
        parts=(
            said.gettext("Hello %(name)s,", name=letters.on_one_line(user.name) or user.email),
            said.gettext(
                "your password was changed on %(moment)s, and every device was signed out.",
                moment=said.moment_there(at),
            ),
            said.gettext("Was it not you? Then ask for a new one at once:") + f"\n{way_back}",
        ),
    )
    return letters.addressed(user, sender, letter, f"password.{user.id}.{at.timestamp():.0f}")


def role_given(
    user: User, sender: str, at: datetime, role: Role, client: Client | None, front_door: str
) -> EmailMessage:
    said = letters.words_for(user)
    where = said.gettext("at “%(client)s”", client=letters.on_one_line(client.name)) if client else ""
    letter = Letter(
        subject=said.gettext("A new role"),
        parts=(
            said.gettext("Hello %(name)s,", name=letters.on_one_line(user.name) or user.email),
            said.gettext("you have a new role: %(role)s.", role=f"{said.name(role)} {where}".strip()),
            said.gettext("Every device was signed out. Sign in as always:") + f"\n{front_door}",
        ),
    )
    return letters.addressed(user, sender, letter, f"role.{user.id}.{at.timestamp():.0f}")


def factors_changed(user: User, sender: str, at: datetime, change: Change, page: str) -> EmailMessage:
    said, greeting = letters.words_for(user), letters.on_one_line(user.name) or user.email
    subject, sentence = FACTOR_CHANGES[change]
    warning = said.gettext("Was it not you? Then change your password at once, and look at your second factors:")
    letter = Letter(
        subject=said.gettext(subject),
        parts=(
            said.gettext("Hello %(name)s,", name=greeting),
            said.gettext(sentence, moment=said.moment_there(at)),
            f"{warning}\n{page}",
        ),
    )
    return letters.addressed(user, sender, letter, f"factors.{user.id}.{at.timestamp():.6f}")


FACTOR_CHANGES: Mapping[Change, tuple[str, str]] = {
    Change.ADDED: (
        _("A second factor was added"),
        _("a new second factor was added to your account on %(moment)s: an authenticator app or a passkey."),
    ),
    Change.REMOVED: (
        _("A second factor was removed"),
        _("a second factor was removed from your account on %(moment)s: an authenticator app or a passkey."),
    ),
    Change.NEW_CODES: (
        _("You have new recovery codes"),
        _("new recovery codes were made for your account on %(moment)s; the former ones work no more."),
    ),
    Change.LIFTED: (
        _("Your second factors were taken away"),
        _(
            "whoever runs Fieldstudy for you took all second factors away from your account on %(moment)s, and "
            "every device was signed out. Your password alone opens it until you set up a new one."
        ),
    ),
}
