"""Who takes a role at once, who is asked first, and who may see a link."""

from uuid import UUID

import pytest

from fieldstudy.core import invitations as rules
from fieldstudy.core.access import Membership, Role
from fieldstudy.core.invitations import Account, Kind, Way

HERE, THERE = UUID(int=1), UUID(int=2)
AT_HERE, AT_THERE, EVERYWHERE = (Membership(Role.SHOPPER, client) for client in (HERE, THERE, None))
HELD = {"has_password": True}


def proven(*held: Membership) -> Account:
    return Account(True, None, held, **HELD)


def bound(home: UUID, *held: Membership) -> Account:
    return Account(False, home, held, **HELD)


FORMER = Account(False, None, (AT_HERE, AT_THERE), **HELD)
"""From before addresses were proven, with roles at two clients."""

# Account, its way where mail goes out, and where none does; may whoever invites for HERE see a link?
CASES = {
    "nobody knows the address": (None, Way.OFFERED, Way.NEW, None),
    "written to once, never answered": (Account(), Way.OFFERED, Way.NEW, False),
    "proven, works here": (proven(AT_HERE), Way.GIVEN, Way.GIVEN, False),
    "proven, works here and elsewhere": (proven(AT_HERE, AT_THERE), Way.GIVEN, Way.GIVEN, False),
    "proven, works for every client": (proven(EVERYWHERE), Way.GIVEN, Way.GIVEN, False),
    "proven, works elsewhere": (proven(AT_THERE), Way.OFFERED, Way.OFFERED, False),
    "proven, works nowhere now": (proven(), Way.OFFERED, Way.OFFERED, False),
    "bound to this client": (bound(HERE, AT_HERE), Way.GIVEN, Way.GIVEN, True),
    "bound to this client, without a role now": (bound(HERE), Way.OFFERED, Way.NEW, True),
    "bound to this client, works elsewhere alone": (bound(HERE, AT_THERE), Way.OFFERED, Way.REFUSED, False),
    "bound to another client": (bound(THERE, AT_THERE), Way.OFFERED, Way.REFUSED, False),
    "bound to another client, without a role now": (bound(THERE), Way.OFFERED, Way.REFUSED, False),
    "bound to another client, with a role here": (bound(THERE, AT_HERE), Way.OFFERED, Way.REFUSED, False),
    "bound to this client, with a role elsewhere": (bound(HERE, AT_HERE, AT_THERE), Way.GIVEN, Way.GIVEN, False),
    "unproven, at two clients from before": (FORMER, Way.OFFERED, Way.REFUSED, False),
    "unproven, for every client from before": (Account(False, None, (EVERYWHERE,)), Way.OFFERED, Way.REFUSED, False),
}


@pytest.mark.parametrize(("account", "by_mail", "without", "sees"), CASES.values(), ids=CASES)
def test_how_a_role_comes_to_a_person(account: Account | None, by_mail: Way, without: Way, sees: bool | None) -> None:
    assert (rules.way(account, HERE, True), rules.way(account, HERE, False)) == (by_mail, without)


@pytest.mark.parametrize(("account", "by_mail", "without", "sees"), CASES.values(), ids=CASES)
def test_who_sees_a_link(account: Account | None, by_mail: Way, without: Way, sees: bool | None) -> None:
    """Nobody where mail goes out, and of a proven address nobody anywhere."""
    if account is not None:
        assert (rules.may_see_link(account, HERE, True), rules.may_see_link(account, HERE, False)) == (False, sees)


@pytest.mark.parametrize(("account", "by_mail", "without", "sees"), CASES.values(), ids=CASES)
def test_only_a_proven_address_answers_an_offer(
    account: Account | None, by_mail: Way, without: Way, sees: bool | None
) -> None:
    if account is not None:
        assert rules.may_answer(account) is account.is_proven


LINKS = {
    "a role, for an account that nobody proved": (Kind.ROLE, bound(THERE, AT_THERE), True),
    "a role, for a new address": (Kind.ROLE, Account(), True),
    "a role, for whoever can sign in": (Kind.ROLE, proven(AT_THERE), False),
    "a role, for whoever never set a password": (Kind.ROLE, Account(True), True),
    "a forgotten password": (Kind.RESET, proven(AT_THERE), True),
    "a first password": (Kind.PASSWORD, Account(True), True),
}


@pytest.mark.parametrize(("kind", "account", "sets"), LINKS.values(), ids=LINKS)
def test_what_a_link_does(kind: Kind, account: Account, sets: bool) -> None:
    assert rules.sets_password(kind, account) is sets


def test_links_live_a_day_and_those_for_a_forgotten_password_half_an_hour() -> None:
    hours = {kind: life.total_seconds() / 3600 for kind, life in rules.LIFE.items()}
    assert hours == {Kind.PASSWORD: 24, Kind.ROLE: 24, Kind.RESET: 0.5}
