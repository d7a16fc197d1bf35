"""Which acts end the sessions of a person, one by one as docs/security.md says it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from fieldstudy.core import access
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.factors import RelyingParty
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, Passkey, Session, User
from fieldstudy.models.columns import now
from fieldstudy.queries import people as people_queries
from fieldstudy.services import (
    accounts,
    authenticators,
    erasure,
    factors,
    invitations,
    passkeys,
    passwords,
    people,
    recovery_codes,
    roles,
    sessions,
)
from tests import factories as make
from tests import signing
from tests.factors import code_of, protect
from tests.passkeys import Device

DATABASES = ("sqlite",)
OWN, OTHER = "own", "other"
PARTY = RelyingParty("study.example", "https://study.example")
NEW = "two lamps beside the weir"
Act = Callable[[User, UUID], object]


def add_passkey(user: User, own: UUID | None) -> None:
    options, challenge = passkeys.ask_to_create(user, PARTY)
    answer = Device().create({"challenge": challenge})
    assert options
    passkeys.add(user, PARTY, challenge, answer, "My phone", own)


def remove_passkey(user: User, own: UUID) -> None:
    passkeys.remove(db.session.scalars(db.select(Passkey)).one(), own)


def add_app(user: User, own: UUID) -> None:
    authenticators.begin(user, own)
    factors.confirm_authenticator(user, code_of(user), own)


def boss() -> Viewer:
    admin = make.user(Role.ADMIN)
    return Viewer(admin.id, (access.Membership(Role.ADMIN),))


def client_of(user: User) -> UUID:
    [role] = people_queries.list_roles(user.id)
    assert role.client_id is not None
    return role.client_id


def reset(user: User, own: UUID) -> None:
    token = invitations.reset(user)
    query = db.select(Invitation).where(Invitation.token_sha256 == sessions.token_hash(token))
    invitations.accept(db.session.scalars(query).one(), NEW)


def take(user: User, own: UUID) -> None:
    other = access.Membership(Role.REVIEWER, make.client().id)
    invitations.invite(user.email, other, None)
    invitations.take(db.session.scalars(db.select(Invitation).where(Invitation.role == Role.REVIEWER)).one(), own)


def change_role(user: User, own: UUID) -> None:
    [role] = people_queries.list_roles(user.id)
    roles.change(role, "Veneto", None, boss())


def nothing(user: User) -> None:
    pass


ACTS: dict[str, tuple[Callable[[User], object], Act, set[str]]] = {
    "nothing": (nothing, lambda user, own: None, {OWN, OTHER}),
    "a name changed": (nothing, lambda user, own: accounts.rename(user, "Anna", boss()), {OWN, OTHER}),
    "signed out here": (nothing, lambda user, own: sessions.sign_out(own, user.id), {OTHER}),
    "signed out everywhere": (nothing, lambda user, own: sessions.sign_out_everywhere(user.id), set()),
    "signed out by somebody": (nothing, lambda user, own: accounts.sign_out(user, boss()), set()),
    "password changed": (nothing, lambda user, own: people.change_password(user, make.PASSWORD, NEW, own), {OWN}),
    "password set by a link": (nothing, reset, set()),
    "role given": (
        nothing,
        lambda user, own: roles.give(user, access.Membership(Role.REVIEWER, client_of(user)), boss()),
        set(),
    ),
    "role accepted": (nothing, take, {OWN}),
    "role changed": (nothing, change_role, set()),
    "role withdrawn": (nothing, lambda user, own: roles.withdraw(people_queries.list_roles(user.id)[0], boss()), set()),
    "deactivated": (nothing, lambda user, own: accounts.deactivate(user, boss()), set()),
    "erased": (nothing, lambda user, own: erasure.erase_person(user), set()),
    "app begun": (nothing, lambda user, own: authenticators.begin(user, own), {OWN, OTHER}),
    "app added": (nothing, add_app, {OWN}),
    "app removed": (protect, factors.remove_authenticator, {OWN}),
    "passkey added": (nothing, add_passkey, {OWN}),
    "passkey removed": (lambda user: add_passkey(user, None), remove_passkey, {OWN}),
    "recovery codes made anew": (protect, recovery_codes.replace, {OWN}),
    "factors lifted": (protect, lambda user, own: factors.lift(user, None), set()),
}


@pytest.fixture
def anna(app: Flask) -> User:
    owner: Client = make.client()
    made = make.user(Role.MANAGER, owner, "anna@example.org")
    made.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return made


def open_ones() -> set[UUID]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Session.id).where(Session.ends_at > now())))


def begin(app: Flask, user: User) -> UUID:
    before = open_ones()
    signing.token_of(app, user)
    [found] = open_ones() - before
    db.session.commit()
    return found


@pytest.mark.parametrize(("before", "act", "left"), ACTS.values(), ids=ACTS)
def test_an_act_ends_the_sessions_that_it_should(
    app: Flask, anna: User, before: Callable[[User], object], act: Act, left: set[str]
) -> None:
    before(anna)
    known = {OWN: begin(app, anna), OTHER: begin(app, anna)}
    bystander = begin(app, make.user(Role.SHOPPER))
    act(anna, known[OWN])
    assert open_ones() == {known[name] for name in left} | {bystander}


BY_THE_PERSON = [
    "password changed",
    "role accepted",
    *(name for name in ACTS if name.split()[0] in ("app", "passkey", "recovery")),
]


@pytest.mark.parametrize("name", BY_THE_PERSON)
def test_a_request_of_a_session_that_has_ended_meanwhile_changes_nothing(app: Flask, anna: User, name: str) -> None:
    """It was let in while the session was open, and comes to its turn when it is not."""
    before, act, _ = ACTS[name]
    before(anna)
    own = begin(app, anna)
    sessions.sign_out_everywhere(anna.id)
    if name == "app added":
        authenticators.begin(anna, None)
        with pytest.raises(sessions.AccountHasChanged):
            factors.confirm_authenticator(anna, code_of(anna), own)
        return
    with pytest.raises(sessions.AccountHasChanged):
        act(anna, own)
