"""Two who change the same account, or each other, in the same moment: one is told, and nobody waits for good."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session as Connection

from fieldstudy.core import access
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.factors import Factor
from fieldstudy.core.invitations import State
from fieldstudy.core.people import IsOneself
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, Job, JobState, Membership, PendingSignIn, RecoveryCode, Session, User
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import (
    accounts,
    assignments,
    factors,
    invitations,
    jobs,
    pending_sign_ins,
    recovery_codes,
    roles,
    sessions,
    unit,
)
from tests import factories as make
from tests import signing
from tests.at_once import at_once, together
from tests.factors import code_of, protect

TOKEN_LETTERS = 22
PASSWORDS = ("the heron waits at noon", "two lamps beside the weir")


@pytest.fixture
def lume(app: Flask) -> Client:
    return make.client("Lume")


def fresh(user_id: UUID) -> User:
    return db.session.get_one(User, user_id)


def is_active(user_id: UUID) -> bool:
    db.session.rollback()
    found = db.session.scalar(db.select(User.is_active).where(User.id == user_id))
    return bool(found)


def viewer(user: User) -> Viewer:
    return Viewer(user.id, tuple(people_queries.value_of(one) for one in user.memberships))


def link(token: str) -> Invitation:
    query = db.select(Invitation).where(Invitation.token_sha256 == sessions.token_hash(token))
    return db.session.scalars(query).one()


def offered() -> Invitation:
    return db.session.scalars(db.select(Invitation).where(Invitation.role.is_not(None))).one()


def offer(lume: Client) -> User:
    """To somebody who works elsewhere and is proven."""
    person = make.user(Role.SHOPPER, make.client(), "anna@example.org")
    invitations.invite(
        person.email, access.Membership(Role.REVIEWER, lume.id), viewer(make.user(Role.COORDINATOR, lume))
    )
    db.session.rollback()
    return person


def roles_of(user: User) -> list[Role]:
    db.session.rollback()
    return [one.role for one in people_queries.list_roles(user.id)]


def test_a_link_is_used_once(app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = invitations.reset(make.user(Role.SHOPPER, lume))
    monkeypatch.setattr(invitations, "is_usable", together(invitations.is_usable))
    found = at_once(app, *(lambda text=text: invitations.accept(link(token), text) for text in PASSWORDS))
    assert sorted(str(one).split("(")[0] for one in found) == ["InvitationIsClosed", "Proof"]


def test_two_links_for_one_account_set_one_password(app: Flask, lume: Client) -> None:
    """Whichever comes first closes the other."""
    user, tokens = make.user(Role.SHOPPER, lume), []
    for _ in range(2):
        issued = invitations.issue_reset(user)
        assert issued is not None
        tokens.append(issued[1])
    given = zip(tokens, PASSWORDS, strict=True)
    found = at_once(app, *(lambda one=one: invitations.accept(link(one[0]), one[1]) for one in given))
    assert sorted(str(one).split("(")[0] for one in found) == ["InvitationIsClosed", "Proof"]


def test_an_offer_is_accepted_once(app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person = offer(lume)
    monkeypatch.setattr(invitations, "_check_answerable", together(invitations._check_answerable))
    found = at_once(app, *[lambda: invitations.take(offered(), None)] * 2)
    assert sorted(map(str, found)) == ["InvitationIsClosed", "None"]
    assert sorted(roles_of(person)) == [Role.REVIEWER, Role.SHOPPER]


def test_an_offer_is_accepted_or_taken_back(app: Flask, lume: Client) -> None:
    person = offer(lume)
    boss = viewer(make.user(Role.COORDINATOR, lume))
    found = at_once(app, lambda: invitations.take(offered(), None), lambda: invitations.withdraw(offered(), boss))
    assert sorted(map(str, found)) == ["InvitationIsClosed", "None"]
    assert (Role.REVIEWER in roles_of(person)) == (offered().state == State.ACCEPTED)


def deactivate(user_id: UUID, by: Viewer) -> None:
    accounts.deactivate(fresh(user_id), by)


@pytest.mark.parametrize("answer", ["take", "decline", "accept"])
def test_an_answer_and_a_deactivation_do_not_wait_for_each_other(
    app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """The one holds the invitation and needs the person, the other the person and needs the invitation."""
    person, admin = offer(lume), viewer(make.user(Role.ADMIN))
    token = invitations.reset(person)
    acts: dict[str, Callable[[], object]] = {
        "take": lambda: invitations.take(offered(), None),
        "decline": lambda: invitations.decline(offered()),
        "accept": lambda: invitations.accept(link(token), PASSWORDS[0]),
    }
    meet = together(lambda: None)
    refresh = Connection.refresh

    def locked(self: Connection, row: object, **asked: object) -> None:
        refresh(self, row, **asked)  # type: ignore[arg-type]
        meet()

    monkeypatch.setattr(Connection, "refresh", locked)
    person_id = person.id
    found = at_once(app, acts[answer], lambda: deactivate(person_id, admin))
    monkeypatch.undo()
    assert found[1] is None
    assert found[0] in (None, "InvitationIsClosed") or isinstance(found[0], sessions.Proof)
    assert not is_active(person_id)


def test_a_unit_locks_parents_first(app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """However its rows are named: two orders are what two intentions wait for each other in."""
    offer(lume)
    row, order = offered(), []
    refresh = Connection.refresh

    def noted(self: Connection, row: Any, **asked: object) -> None:
        order.append(row.__tablename__)
        refresh(self, row, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "refresh", noted)
    with unit.work(row, lume, row.user):
        pass
    assert order == ["clients", "users", "invitations"]


@pytest.mark.parametrize("act", ["begin", "sign_in"])
def test_nobody_who_signs_in_waits_for_a_stranger(app: Flask, lume: Client, act: str) -> None:
    """What is over of a stranger, who is being changed at this moment, is swept another time."""
    stranger, user = make.user(Role.SHOPPER, lume), make.user(Role.SHOPPER, lume)
    pending_sign_ins.begin(stranger.id)
    signing.token_of(app, stranger)
    db.session.rollback()
    db.session.execute(db.update(PendingSignIn).values(expires_at=now() - timedelta(days=9)))
    db.session.execute(db.update(Session).values(ends_at=now() - timedelta(days=9)))
    db.session.commit()
    user_id, held = user.id, stranger.id
    acts: dict[str, Callable[[], object]] = {
        "begin": lambda: pending_sign_ins.begin(user_id),
        "sign_in": lambda: signing.token_of(app, fresh(user_id)),
    }
    with db.engine.connect() as other:
        for table in (PendingSignIn, Session):
            assert other.execute(db.select(table.id).where(table.user_id == held).with_for_update()).all()
        [token] = at_once(app, acts[act])
    assert len(str(token)) == TOKEN_LETTERS


def test_no_role_is_taken_by_an_account_that_was_deactivated(app: Flask, lume: Client) -> None:
    person, admin = offer(lume), viewer(make.user(Role.ADMIN))
    row = offered()
    assert row.user is not None
    accounts.deactivate(person, admin)
    with pytest.raises(invitations.InvitationIsClosed):
        invitations.take(row, None)
    assert roles_of(person) == [Role.SHOPPER]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
def test_of_two_who_deactivate_each_other_one_comes_too_late(
    app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """And neither waits for good: each one's line in the journal names who is being changed by the other."""
    make.user(Role.ADMIN).password_hash = "set"
    by = [viewer(make.user(role, None if role == Role.ADMIN else lume)) for _ in range(2)]
    ids = [one.user_id for one in by]
    monkeypatch.setattr(assignments, "withdraw_unbegun", together(assignments.withdraw_unbegun))
    found = at_once(app, lambda: deactivate(ids[1], by[0]), lambda: deactivate(ids[0], by[1]))
    assert sorted(map(str, found)) == ["AccountHasChanged", "None"]
    assert sorted(is_active(one) for one in ids) == [False, True]


def test_of_the_last_two_admins_one_stays(app: Flask) -> None:
    by = [viewer(make.user(Role.ADMIN)) for _ in range(2)]
    ids = [one.user_id for one in by]
    found = at_once(app, lambda: deactivate(ids[1], by[0]), lambda: deactivate(ids[0], by[1]))
    assert found.count(None) == 1
    assert sorted(is_active(one) for one in ids) == [False, True]


def test_the_only_admin_neither_leaves_nor_is_left(app: Flask) -> None:
    alone = make.user(Role.ADMIN)
    with pytest.raises(IsOneself):
        accounts.deactivate(alone, viewer(alone))
    with pytest.raises(IsOneself):
        roles.withdraw(db.session.scalars(db.select(Membership)).one(), viewer(alone))


def answer(user_id: UUID, token: str, text: str) -> Factor | None:
    pending = factor_queries.find_pending_sign_in(sessions.token_hash(token), now(), pending_sign_ins.ATTEMPTS)
    assert pending is not None
    return factors.answer(pending, fresh(user_id), text)


@pytest.mark.parametrize("kind", [Factor.AUTHENTICATOR, Factor.RECOVERY_CODE])
def test_a_code_opens_once(app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch, kind: Factor) -> None:
    user = make.user(Role.SHOPPER, lume)
    codes = protect(user)
    text = code_of(user) if kind == Factor.AUTHENTICATOR else codes[0]
    user_id, tokens = user.id, [pending_sign_ins.begin(user.id) for _ in range(2)]
    monkeypatch.setattr(pending_sign_ins, "try_once", together(pending_sign_ins.try_once))
    found = at_once(app, *(lambda token=token: answer(user_id, token, text) for token in tokens))
    assert sorted(found, key=str) == [None, kind]


def test_two_sets_of_new_codes_leave_one(app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make.user(Role.SHOPPER, lume)
    protect(user)
    user_id = user.id
    monkeypatch.setattr(recovery_codes, "remove", together(recovery_codes.remove))
    found = at_once(app, *[lambda: recovery_codes.replace(fresh(user_id), None)] * 2)
    assert [type(one) for one in found] == [list, list]
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count()).select_from(RecoveryCode)) == 10


def test_no_codes_are_made_for_a_factor_that_goes(app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page looked before: ten codes stayed with somebody who had nothing that they could stand in for."""
    user = make.user(Role.SHOPPER, lume)
    protect(user)
    user_id = user.id
    factors.remove_authenticator(fresh(user_id), None)
    assert recovery_codes.replace(fresh(user_id), None) == []
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count()).select_from(RecoveryCode)) == 0


def test_all_that_was_given_up_is_tried_again_by_several_at_once(app: Flask) -> None:
    with unit.work():
        for _ in range(3):
            jobs.add("papers", {})
    db.session.execute(db.update(Job).values(state=JobState.FAILED))
    db.session.commit()
    found = at_once(app, *[lambda: jobs.retry_failed(None)] * 3)
    assert (sum(map(int, map(str, found))), sorted(map(str, found))[-1] in "123") == (3, True)
