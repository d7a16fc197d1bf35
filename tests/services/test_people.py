"""Roles and accounts of others: changed in one transaction with one line in the journal, felt at once."""

import pytest
from flask import Flask

from fieldstudy.core import access, people
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Client, Invitation, JournalLine, Membership, Session, User
from fieldstudy.models.columns import now
from fieldstudy.queries import people as people_queries
from fieldstudy.services import accounts, assignments, roles, sessions
from tests import factories as make
from tests import signing


@pytest.fixture
def lume(app: Flask) -> Client:
    make.user(Role.SHOPPER, make.client("Somebody else"))
    return make.client("Lume")


def coordinator(of: Client) -> Viewer:
    return viewer(make.user(Role.COORDINATOR, of))


def viewer(user: User) -> Viewer:
    return Viewer(user.id, tuple(people_queries.value_of(one) for one in user.memberships))


def held(user: User) -> list[access.Membership]:
    db.session.rollback()
    return [people_queries.value_of(one) for one in people_queries.list_roles(user.id)]


def open_sessions(user: User) -> int:
    db.session.rollback()
    query = db.select(db.func.count()).select_from(Session)
    return db.session.scalar(query.where(Session.user_id == user.id, Session.ends_at > now())) or 0


def lines(verb: str, actor: Viewer | None = None) -> list[dict[str, object]]:
    """Of anybody, or of this one alone: making a person for a test writes some too."""
    query = db.select(JournalLine).where(JournalLine.verb == verb)
    if actor is not None:
        query = query.where(JournalLine.actor_id == actor.user_id)
    return [line.details for line in db.session.scalars(query)]


def state(assignment: Assignment) -> State:
    db.session.rollback()
    found = db.session.scalar(db.select(Assignment.state).where(Assignment.id == assignment.id))
    assert found is not None
    return found


def role_of(user: User, role: Role | None = None) -> Membership:
    return next(one for one in people_queries.list_roles(user.id) if role in (None, one.role))


def test_a_role_is_withdrawn_and_every_session_ends(app: Flask, lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    for _ in range(2):
        signing.token_of(app, person)
    roles.withdraw(role_of(person), boss)
    assert (held(person), open_sessions(person)) == ([], 0)
    assert lines("role.withdrawn") == [{"role": "manager", "assignments": []}]


def test_a_role_is_given_and_every_session_ends(app: Flask, lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    signing.token_of(app, person)
    roles.give(person, access.Membership(Role.REVIEWER, lume.id), boss)
    assert [one.role for one in held(person)] == [Role.MANAGER, Role.REVIEWER]
    assert (open_sessions(person), lines("role.given", boss)) == (0, [{"role": "reviewer"}])


def test_the_same_role_is_not_given_twice(lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    with pytest.raises(roles.RoleIsThere):
        roles.give(person, access.Membership(Role.MANAGER, lume.id), boss)


def test_a_stranger_is_invited_and_given_nothing(lume: Client) -> None:
    """An account of others, or one that works everywhere, has said yes to nothing here."""
    boss = coordinator(lume)
    for person in (make.user(Role.SHOPPER, make.client()), make.user(Role.REVIEWER)):
        with pytest.raises(people.IsOutOfReach):
            roles.give(person, access.Membership(Role.SHOPPER, lume.id), boss)


def test_a_coordinator_gives_roles_at_her_own_client_alone(lume: Client) -> None:
    other = make.client()
    person, boss = make.user(Role.SHOPPER, other), coordinator(lume)
    with pytest.raises(people.IsOutOfReach):
        roles.give(person, access.Membership(Role.REVIEWER, other.id), boss)


def test_what_a_manager_sees_is_changed(app: Flask, lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    signing.token_of(app, person)
    roles.change(role_of(person), "Veneto", None, boss)
    assert held(person) == [access.Membership(Role.MANAGER, lume.id, "Veneto")]
    assert open_sessions(person) == 0


def test_nothing_changed_ends_no_session(app: Flask, lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    signing.token_of(app, person)
    roles.change(role_of(person), None, None, boss)
    assert (open_sessions(person), lines("role.changed")) == (1, [])


def test_a_role_that_somebody_else_withdrew_meanwhile_is_gone(lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    role = role_of(person)
    assert role.user is not None
    roles.withdraw(role, boss)
    with pytest.raises(roles.RoleIsGone):
        roles.withdraw(role, boss)


def shopper_with_work(lume: Client) -> tuple[User, Assignment, Assignment]:
    """One assignment that nobody began and one whose visit is in the field."""
    wave = make.wave(make.study(lume))
    person = make.user(Role.SHOPPER, lume)
    untouched, begun = make.assignment(wave, person), make.assignment(wave, person)
    make.visit(begun)
    return person, untouched, begun


def test_what_nobody_began_goes_back_and_what_was_begun_stays(lume: Client) -> None:
    person, untouched, begun = shopper_with_work(lume)
    roles.withdraw(role_of(person), coordinator(lume))
    assert (state(untouched), state(begun)) == (State.VOID, State.ACCEPTED)
    assert lines("role.withdrawn")[0]["assignments"] == [str(untouched.id)]


def test_a_visit_that_arrived_is_left_alone(lume: Client) -> None:
    person, _, begun = shopper_with_work(lume)
    done = make.assignment(begun.wave, person)
    make.received(done)
    roles.withdraw(role_of(person), coordinator(lume))
    assert state(done) == State.ACCEPTED


def test_what_another_role_is_enough_for_stays(lume: Client) -> None:
    person, untouched, _ = shopper_with_work(lume)
    boss = coordinator(lume)
    roles.give(person, access.Membership(Role.OBSERVER, lume.id), boss)
    stance = {"method": Method.PARTICIPANT_OBSERVATION, "gold_role": "complete_participant", "disclosure": "overt"}
    observed = make.assignment(untouched.wave, person, **stance)
    roles.withdraw(role_of(person, Role.OBSERVER), boss)
    assert (state(untouched), state(observed)) == (State.OFFERED, State.VOID)


def test_another_clients_assignments_are_left_alone(lume: Client) -> None:
    person, _, _ = shopper_with_work(lume)
    other = make.client()
    db.session.add(Membership(user=person, client_id=other.id, role=Role.SHOPPER))
    db.session.commit()
    theirs = make.assignment(make.wave(make.study(other)), person)
    roles.withdraw(
        next(one for one in people_queries.list_roles(person.id) if one.client_id == lume.id), coordinator(lume)
    )
    assert state(theirs) == State.OFFERED
    assert [one.client_id for one in held(person)] == [other.id]


def test_deactivation_ends_everything_and_keeps_what_was_done(app: Flask, lume: Client) -> None:
    person, untouched, begun = shopper_with_work(lume)
    signing.token_of(app, person)
    accounts.deactivate(person, coordinator(lume))
    assert (open_sessions(person), state(untouched), state(begun)) == (0, State.VOID, State.ACCEPTED)
    assert (
        db.session.scalars(
            db.select(Invitation).where(Invitation.used_at.is_(None), Invitation.user_id == person.id)
        ).all()
        == []
    )
    assert [user.id for user in people_queries.list_fieldworkers_for_client(lume.id)] == []
    assert people_queries.find_code(lume.id, person.id) == "F01"


def test_nobody_who_is_deactivated_is_sent_anywhere(lume: Client) -> None:
    person, untouched, _ = shopper_with_work(lume)
    accounts.deactivate(person, coordinator(lume))
    with pytest.raises(assignments.MethodIsNotTheirs):
        make.assignment(untouched.wave, person)


def test_whoever_is_activated_again_has_the_roles_of_before(lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    accounts.deactivate(person, boss)
    accounts.activate(person, boss)
    assert (person.is_active, [one.role for one in held(person)]) == (True, [Role.MANAGER])


def test_the_account_of_somebody_who_works_for_others_too_is_out_of_reach(lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    db.session.add(Membership(user=person, client_id=make.client().id, role=Role.SHOPPER))
    db.session.commit()
    for act in (accounts.deactivate, accounts.activate, accounts.sign_out):
        with pytest.raises(people.IsOutOfReach):
            act(person, boss)
    with pytest.raises(people.IsOutOfReach):
        accounts.rename(person, "Other", boss)


def test_nobody_deactivates_themselves(lume: Client) -> None:
    boss = make.user(Role.COORDINATOR, lume)
    with pytest.raises(people.IsOneself):
        accounts.deactivate(boss, viewer(boss))


def test_the_last_admin_stays(app: Flask) -> None:
    """An admin who is a coordinator too keeps that role; an account that was never entered stands in for nobody."""
    admin, invited = make.user(Role.ADMIN), make.user(Role.ADMIN)
    db.session.add(Membership(user=admin, role=Role.COORDINATOR))
    db.session.commit()
    own = viewer(admin)
    with pytest.raises(people.IsLastAdmin):
        roles.withdraw(role_of(admin, Role.ADMIN), own)
    invited.password_hash = "set"
    db.session.commit()
    roles.withdraw(role_of(admin, Role.ADMIN), own)
    assert [one.role for one in held(admin)] == [Role.COORDINATOR]


def test_of_two_admins_who_remove_each_other_one_comes_too_late(app: Flask) -> None:
    first, second = make.user(Role.ADMIN), make.user(Role.ADMIN)
    accounts.deactivate(second, viewer(first))
    with pytest.raises(sessions.AccountHasChanged):
        accounts.deactivate(first, viewer(second))


def test_a_name_is_changed_and_the_journal_does_not_say_it(lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    accounts.rename(person, "Anna Bianchi", boss)
    assert (person.name, lines("user.renamed")) == ("Anna Bianchi", [{}])


def test_somebody_is_signed_out_everywhere(app: Flask, lume: Client) -> None:
    person, boss = make.user(Role.MANAGER, lume), coordinator(lume)
    signing.token_of(app, person)
    accounts.sign_out(person, boss)
    assert open_sessions(person) == 0
