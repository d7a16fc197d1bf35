"""Links that set a password, and roles that are offered: made, sent, used once, closed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from fieldstudy.config import Config
from fieldstudy.core import access
from fieldstudy.core import invitations as rules
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.invitations import LIFE, Kind, State, Way
from fieldstudy.core.people import IsOutOfReach, looks_after_people, may_change_role
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Invitation, Membership, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries.invitations import LETTER, RESET_LETTER
from fieldstudy.queries.people import account_of, find_user_by_email, works_for
from fieldstudy.services import accounts, factors, jobs, journal, mail, notices, passwords, sessions, unit
from fieldstudy.services.roles import AddressIsUnproven
from fieldstudy.services.sessions import Proof

RACES = 3
"""Tries for an address that two people write for the first time in the same moment."""


class InvitationIsClosed(Exception):
    pass


class AccountIsDeactivated(Exception):
    """Nothing that is sent there could be used."""


class LinkIsForNobody(Exception):
    """No mail goes out, and whoever asks may not see the link."""


@dataclass(frozen=True)
class Invited:
    """`token` is empty, except where whoever invites may see the link."""

    way: Way
    user: User
    token: str = ""


def link(token: str) -> str:
    config: Config = current_app.extensions["fieldstudy"]
    return config.link(f"/account/invitation/{token}")


def invite(
    email: str, membership: access.Membership, viewer: Viewer | None, name: str = "", locale: str = ""
) -> Invited:
    """A role at a client, for somebody who is new or known. Raises AddressIsUnproven, or AccountIsDeactivated."""
    access.check_membership(membership)
    for race in range(RACES):
        try:
            with _unit_of_invitation(email, membership, viewer):
                return _invite(email.strip().lower(), membership, viewer.user_id if viewer else None, name, locale)
        except IntegrityError:
            if race == RACES - 1:
                raise
    raise AssertionError


@contextmanager
def _unit_of_invitation(email: str, membership: access.Membership, viewer: Viewer | None) -> Iterator[None]:
    """Locks the account together with whoever invites, in the order of all units. One that somebody else is making at
    this moment is locked later; it is the younger of the two, and so its turn comes later anyway.
    """
    known = find_user_by_email(email)
    rows = [known] if known is not None else []
    if viewer is None:
        with unit.work(*rows):
            yield
        return
    with accounts.change(viewer, *rows) as present:
        if not may_change_role(present, membership):
            raise IsOutOfReach
        yield


def _invite(email: str, membership: access.Membership, actor: UUID | None, name: str, locale: str) -> Invited:
    user = find(email)
    if user is not None:
        _check_active(user)
    way = rules.way(account_of(user) if user else None, membership.client_id, mail.is_possible())
    if way == Way.REFUSED:
        raise AddressIsUnproven
    user = user or _add_account(email, name, locale)
    if way == Way.OFFERED:
        _offer(user, membership, actor, name)
        return Invited(way, user)
    if way == Way.NEW:
        user.home_client_id, user.name = membership.client_id, user.name or name
    give(user, membership, actor)
    return Invited(way, user, _open_after(user, membership, actor))


def find(email: str) -> User | None:
    """Inside a unit: the row stays as it is found."""
    query = select(User).where(User.email == email.strip().lower()).with_for_update(of=User, key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _add_account(email: str, name: str, locale: str) -> User:
    user = User(id=new_id(), email=email, name=name or email.split("@")[0], locale=locale, memberships=[])
    db.session.add(user)
    db.session.flush()
    return user


def offer(user: User, membership: access.Membership, viewer: Viewer) -> None:
    """To somebody who worked for the client and has no role there now. Raises AddressIsUnproven, or
    AccountIsDeactivated.
    """
    access.check_membership(membership)
    with accounts.change(viewer, user) as viewer:
        if not may_change_role(viewer, membership) or not works_for(membership.client_id, user):
            raise IsOutOfReach
        _check_active(user)
        way = rules.way(account_of(user), membership.client_id, mail.is_possible())
        if way == Way.REFUSED:
            raise AddressIsUnproven
        if way == Way.OFFERED:
            _offer(user, membership, viewer.user_id, "")
        else:
            give(user, membership, viewer.user_id)
            notices.role_given(user, membership)


def _offer(user: User, membership: access.Membership, actor: UUID | None, name: str) -> None:
    """Instead of the same offer that is open already."""
    for earlier in db.session.scalars(select(Invitation).where(_is_offer(user, membership))):
        earlier.state = State.WITHDRAWN
    accounts.close_offers(user.id, membership.client_id)
    invitation = _add(user, Kind.ROLE, secrets.token_urlsafe(32), actor, name=name, is_proof=True)
    invitation.client_id, invitation.role = membership.client_id, membership.role
    invitation.region, invitation.store_id = membership.region, membership.store_id
    _write(invitation)
    journal.write("role.offered", invitation, actor, membership.client_id, role=membership.role)


def _is_offer(user: User, membership: access.Membership) -> ColumnElement[bool]:
    is_open = (Invitation.user_id == user.id) & (Invitation.kind == Kind.ROLE) & (Invitation.state == State.OPEN)
    is_same = (Invitation.client_id == membership.client_id) & (Invitation.role == membership.role)
    return (
        is_open
        & is_same
        & Invitation.region.is_not_distinct_from(membership.region)
        & (Invitation.store_id.is_not_distinct_from(membership.store_id))
    )


def give(user: User, membership: access.Membership, actor: UUID | None, keep: UUID | None = None) -> None:
    """Inside a unit. Whoever had crept in before does not come along: sessions end, but for the one to `keep`."""
    accounts.close_first_passwords(user.id)
    accounts.close_offers(user.id, membership.client_id)
    sessions.end_all(user.id, Ending.ROLES_CHANGED, keep)
    if membership not in account_of(user).memberships:
        row = Membership(id=new_id(), user=user, client_id=membership.client_id, role=membership.role)
        row.region, row.store_id = membership.region, membership.store_id
        db.session.add(row)
    db.session.flush()
    journal.write("role.given", user, actor, membership.client_id, role=membership.role)


def _open_after(user: User, membership: access.Membership, actor: UUID | None) -> str:
    """Somebody who has no password yet gets a link; who has one is told."""
    if user.password_hash:
        notices.role_given(user, membership)
        return ""
    try:
        return _open(user, membership.client_id, actor)
    except LinkIsForNobody:
        return ""


def _open(user: User, client_id: UUID | None, actor: UUID | None) -> str:
    """By mail to the address; else returned, where whoever asks may see it."""
    if mail.is_possible():
        accounts.close_first_passwords(user.id)
        _write(_add(user, Kind.PASSWORD, secrets.token_urlsafe(32), actor, is_proof=True))
        return ""
    if not rules.may_see_link(account_of(user), client_id, has_mail=False):
        raise LinkIsForNobody
    return open_shown(user, Kind.PASSWORD, actor, is_proof=False)


def open_shown(user: User, kind: Kind, actor: UUID | None, is_proof: bool) -> str:
    """Inside a unit; for whoever may see it. Earlier links end with it."""
    accounts.close_invitations(user.id)
    token = secrets.token_urlsafe(32)
    _add(user, kind, token, actor, is_proof=is_proof)
    return token


def _add(user: User, kind: Kind, token: str, actor: UUID | None, is_proof: bool, name: str = "") -> Invitation:
    at = now()
    invitation = Invitation(
        id=new_id(), user=user, kind=kind, token_sha256=sessions.token_hash(token), state=State.OPEN
    )
    invitation.inviter_id, invitation.is_proof, invitation.name = actor, is_proof, name
    invitation.created_at, invitation.expires_at = at, at + LIFE[kind]
    db.session.add(invitation)
    db.session.flush()
    return invitation


def _write(invitation: Invitation) -> None:
    """The worker makes the token of the letter, so that no row and no job ever holds one."""
    if mail.is_possible():
        jobs.add(LETTER, {"invitation": str(invitation.id)}, invitation.client_id)


def renew(user: User, client_id: UUID | None, viewer: Viewer) -> str:
    """A new link for somebody who lost theirs. Raises LinkIsForNobody, or AccountIsDeactivated."""
    with accounts.change(viewer, user) as viewer:
        _check_reach(viewer, client_id)
        _check_active(user)
        token = _open(user, client_id, viewer.user_id)
        journal.write("user.invited", user, viewer.user_id, client_id)
    return token


def send_again(invitation: Invitation, viewer: Viewer) -> None:
    """A role that is offered still: a new letter, whose link is the only one of this client."""
    with accounts.change(viewer, invitation.user, invitation) as viewer:
        _check_reach(viewer, invitation.client_id)
        _check_open(invitation)
        _check_active(invitation.user)
        accounts.close_offers(invitation.user_id, invitation.client_id)
        invitation.used_at, invitation.expires_at = None, now() + LIFE[invitation.kind]
        _write(invitation)
        journal.write("role.offered_again", invitation, viewer.user_id)


def withdraw(invitation: Invitation, viewer: Viewer) -> None:
    with accounts.change(viewer, invitation.user, invitation) as viewer:
        _check_reach(viewer, invitation.client_id)
        _check_open(invitation)
        invitation.state, invitation.used_at = State.WITHDRAWN, now()
        journal.write("role.offer_withdrawn", invitation, viewer.user_id)


def _check_reach(viewer: Viewer, client_id: UUID | None) -> None:
    if not looks_after_people(viewer, client_id):
        raise IsOutOfReach


def _check_active(user: User) -> None:
    if not user.is_active:
        raise AccountIsDeactivated


def _check_open(invitation: Invitation) -> None:
    if invitation.state != State.OPEN:
        raise InvitationIsClosed


def issue(invitation: Invitation) -> str | None:
    """The token of the letter that is about to leave; None for a link that was closed meanwhile."""
    token, at = secrets.token_urlsafe(32), now()
    with unit.work(invitation.user, invitation):
        if invitation.state != State.OPEN or invitation.used_at is not None or not invitation.user.is_active:
            return None
        invitation.token_sha256, invitation.sent_at = sessions.token_hash(token), at
        invitation.expires_at = at + LIFE[invitation.kind]
        journal.write("invitation.sent", invitation, None)
    return token


def ask_reset(user_id: UUID | None) -> None:
    """The same is written for an address that nobody has, so that it takes as long."""
    with unit.work():
        jobs.add(RESET_LETTER, {"user": str(user_id) if user_id is not None else None})


def issue_reset(user: User) -> tuple[Invitation, str] | None:
    """Closes nothing: anybody may ask for it, and must not close what somebody waits for. None where enough live."""
    token = secrets.token_urlsafe(32)
    with unit.work(user):
        at = now()
        is_open = (Invitation.user_id == user.id) & Invitation.used_at.is_(None) & (Invitation.expires_at > at)
        living = select(Invitation.created_at).where(is_open, Invitation.kind == Kind.RESET)
        if not user.is_active or not rules.sends_reset(db.session.scalars(living).all(), at):
            return None
        invitation = _add(user, Kind.RESET, token, user.id, is_proof=True)
        invitation.sent_at = now()
        journal.write("user.reset_sent", user, None)
    return invitation, token


def reset(user: User) -> str:
    """From the command line, whose link counts as one that went to the address."""
    with unit.work(user):
        token = open_shown(user, Kind.RESET, None, is_proof=True)
        journal.write("user.reset_by_hand", user, None)
    return token


def is_usable(invitation: Invitation, at: datetime) -> bool:
    is_open = invitation.used_at is None and at < invitation.expires_at and invitation.state == State.OPEN
    return is_open and invitation.user.is_active


def accept(invitation: Invitation, password: str) -> Proof | None:
    """Set the password; the link works once. It leads in where the account had none before, and only then is there a
    proof for the session.
    """
    user, client = invitation.user, invitation.client.name if invitation.client else ""
    passwords.check_strength(password, *passwords.context_of(user), client)
    hashed = passwords.hashed(password)
    with unit.work(user, invitation):
        if not is_usable(invitation, now()) or not rules.sets_password(invitation.kind, account_of(user)):
            raise InvitationIsClosed
        is_first = not user.password_hash
        user.password_hash, invitation.state = hashed, State.ACCEPTED
        if invitation.is_proof:
            _prove(user, invitation.kind)
        accounts.close_invitations(user.id)
        sessions.end_all(user.id)
        if invitation.kind == Kind.ROLE:
            give(user, _offered(invitation), user.id)
        if not is_first:
            notices.password_changed(user)
        journal.write("user.set_password", user, user.id)
    return Proof(hashed) if is_first else None


def _prove(user: User, kind: Kind) -> None:
    """A second factor that an unproven account has may be that of whoever made it: it must not come along to another
    client. For a forgotten password it stays, because a link never stands in for it, and the address stays unproven.
    """
    if user.proved_at is None and kind == Kind.ROLE:
        factors.forget_all(user.id)
    if user.proved_at is None and not factors.has_any(user.id):
        user.proved_at = now()


def _offered(invitation: Invitation) -> access.Membership:
    return access.Membership(Role(str(invitation.role)), invitation.client_id, invitation.region, invitation.store_id)


def take(invitation: Invitation, session_id: UUID | None) -> None:
    """The role that is offered, by the person, who is signed in with this session and stays so."""
    user = invitation.user
    with unit.work(user, invitation):
        sessions.check_open(user.id, session_id)
        _check_answerable(invitation)
        invitation.state = State.ACCEPTED
        give(user, _offered(invitation), user.id, keep=session_id)


def decline(invitation: Invitation) -> None:
    with unit.work(invitation.user, invitation):
        _check_answerable(invitation)
        invitation.state, invitation.used_at = State.DECLINED, now()
        journal.write("role.declined", invitation, invitation.user_id)


def _check_answerable(invitation: Invitation) -> None:
    _check_open(invitation)
    user = invitation.user
    if invitation.kind != Kind.ROLE or not user.is_active or not rules.may_answer(account_of(user)):
        raise InvitationIsClosed
