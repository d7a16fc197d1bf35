"""Whoever changes people has the roles of now: a request may have waited while somebody took them away."""

from collections.abc import Callable

import pytest
from flask import Flask

from fieldstudy.core import access
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.people import IsShutByAdmin
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, JournalLine, Membership, User
from fieldstudy.queries import people as people_queries
from fieldstudy.services import accounts, assignments, invitations, roles, sessions
from tests import factories as make
from tests.at_once import at_once, together

NEW = "new@example.org"


@pytest.fixture
def lume(app: Flask) -> Client:
    return make.client("Lume")


def viewer(user: User) -> Viewer:
    return Viewer(user.id, tuple(people_queries.value_of(one) for one in people_queries.list_roles(user.id)))


def role_of(user: User) -> Membership:
    [found] = people_queries.list_roles(user.id)
    return found


def withdraw(boss: User, admin: Viewer) -> None:
    roles.withdraw(role_of(boss), admin)


def deactivate(boss: User, admin: Viewer) -> None:
    accounts.deactivate(boss, admin)


def offer_of() -> Invitation:
    return db.session.scalars(db.select(Invitation).where(Invitation.role.is_not(None))).one()


def former(person: User) -> None:
    """Worked in the field, and has no role any more."""
    make.assignment(make.wave(make.study(db.session.get_one(Client, role_of(person).client_id))), person)
    roles.withdraw(role_of(person), viewer(make.user(Role.ADMIN)))


def offered(person: User) -> None:
    elsewhere = make.user(Role.OBSERVER, make.client(), "elsewhere@example.org")
    invitations.invite(elsewhere.email, access.Membership(Role.OBSERVER, role_of(person).client_id), None)


def nothing(person: User) -> None:
    pass


def closed(person: User) -> None:
    accounts.deactivate(person, viewer(make.user(Role.ADMIN)))
    accounts.activate(person, viewer(make.user(Role.ADMIN)))


Act = Callable[[User, Viewer, access.Membership], object]
ACTS: dict[str, tuple[Callable[[User], None], Act]] = {
    "name": (nothing, lambda person, boss, role: accounts.rename(person, "Other", boss)),
    "deactivate": (nothing, lambda person, boss, role: accounts.deactivate(person, boss)),
    "activate": (closed, lambda person, boss, role: accounts.activate(person, boss)),
    "sign out": (nothing, lambda person, boss, role: accounts.sign_out(person, boss)),
    "give": (nothing, lambda person, boss, role: roles.give(person, role, boss)),
    "change": (nothing, lambda person, boss, role: roles.change(role_of(person), "Veneto", None, boss)),
    "withdraw": (nothing, lambda person, boss, role: roles.withdraw(role_of(person), boss)),
    "invite": (nothing, lambda person, boss, role: invitations.invite(NEW, role, boss)),
    "offer": (former, lambda person, boss, role: invitations.offer(person, role, boss)),
    "link": (nothing, lambda person, boss, role: invitations.renew(person, role.client_id, boss)),
    "send again": (offered, lambda person, boss, role: invitations.send_again(offer_of(), boss)),
    "take back": (offered, lambda person, boss, role: invitations.withdraw(offer_of(), boss)),
}


@pytest.mark.parametrize("loss", [withdraw, deactivate])
@pytest.mark.parametrize(("before", "act"), ACTS.values(), ids=ACTS)
def test_nobody_changes_people_with_what_they_had_when_they_asked(
    lume: Client, before: Callable[[User], None], act: Act, loss: Callable[[User, Viewer], None]
) -> None:
    person = make.user(Role.MANAGER if act is ACTS["change"][1] else Role.SHOPPER, lume)
    boss, admin = make.user(Role.COORDINATOR, lume), viewer(make.user(Role.ADMIN))
    before(person)
    asked = viewer(boss)
    loss(boss, admin)
    with pytest.raises(sessions.AccountHasChanged):
        act(person, asked, access.Membership(Role.COORDINATOR, lume.id))
    db.session.rollback()
    written = db.select(db.func.count()).select_from(JournalLine).where(JournalLine.actor_id == asked.user_id)
    assert db.session.scalar(written) == 0


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
def test_of_two_who_withdraw_each_others_role_one_comes_too_late(
    app: Flask, lume: Client, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    make.user(Role.ADMIN).password_hash = "set"
    by = [make.user(role, None if role == Role.ADMIN else lume) for _ in range(2)]
    asked, held = [viewer(one) for one in by], [role_of(one).id for one in by]
    monkeypatch.setattr(assignments, "withdraw_unbegun", together(assignments.withdraw_unbegun))

    def out(of: int, actor: int) -> None:
        roles.withdraw(db.session.get_one(Membership, held[of]), asked[actor])

    found = at_once(app, lambda: out(1, 0), lambda: out(0, 1))
    assert sorted(map(str, found)) == ["AccountHasChanged", "None"]
    db.session.rollback()
    assert len(db.session.scalars(db.select(Membership.id).where(Membership.id.in_(held))).all()) == 1


def test_what_a_coordinator_shut_an_administrator_shuts_for_good(lume: Client) -> None:
    person, boss = make.user(Role.SHOPPER, lume), viewer(make.user(Role.COORDINATOR, lume))
    admin = viewer(make.user(Role.ADMIN))
    for by in (boss, admin, admin, boss):
        accounts.deactivate(person, by)
    lines = db.select(JournalLine.details).where(JournalLine.verb == "user.deactivated").order_by(JournalLine.at)
    assert [one["by_admin"] for one in db.session.scalars(lines)] == [False, True]
    with pytest.raises(IsShutByAdmin):
        accounts.activate(person, boss)
    accounts.activate(person, admin)
    assert person.is_active


def test_nothing_is_offered_to_an_account_that_is_deactivated(lume: Client) -> None:
    """Neither by its address, nor to somebody who worked here before."""
    person, boss = make.user(Role.SHOPPER, lume), viewer(make.user(Role.COORDINATOR, lume))
    former(person)
    accounts.deactivate(person, viewer(make.user(Role.ADMIN)))
    role = access.Membership(Role.OBSERVER, lume.id)
    with pytest.raises(invitations.AccountIsDeactivated):
        invitations.offer(person, role, boss)
    with pytest.raises(invitations.AccountIsDeactivated):
        invitations.invite(person.email, role, boss)
