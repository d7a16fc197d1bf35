"""Who may change whom, as a table of cases."""

from uuid import UUID

import pytest

from fieldstudy.core import people
from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.core.checklist import Method

A, B = UUID(int=1), UUID(int=2)
ME, THEM = UUID(int=10), UUID(int=11)
SHOPS, OBSERVES = Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION
AT_A = Viewer(ME, (Membership(Role.COORDINATOR, A),))
EVERYWHERE = Viewer(ME, (Membership(Role.COORDINATOR),))
ADMIN = Viewer(ME, (Membership(Role.ADMIN),))
MANAGER = Viewer(ME, (Membership(Role.MANAGER, A),))


@pytest.mark.parametrize(
    ("viewer", "role", "may"),
    [
        (AT_A, Membership(Role.SHOPPER, A), True),
        (AT_A, Membership(Role.COORDINATOR, A), True),
        (AT_A, Membership(Role.SHOPPER, B), False),
        (AT_A, Membership(Role.SHOPPER), False),
        (AT_A, Membership(Role.ADMIN), False),
        (EVERYWHERE, Membership(Role.SHOPPER, B), True),
        (EVERYWHERE, Membership(Role.COORDINATOR), True),
        (EVERYWHERE, Membership(Role.ADMIN), False),
        (ADMIN, Membership(Role.ADMIN), True),
        (ADMIN, Membership(Role.MANAGER, B), True),
        (MANAGER, Membership(Role.SHOPPER, A), False),
    ],
)
def test_a_role_belongs_to_its_client(viewer: Viewer, role: Membership, may: bool) -> None:
    assert people.may_change_role(viewer, role) is may


@pytest.mark.parametrize(
    ("viewer", "roles", "may"),
    [
        (AT_A, (Membership(Role.SHOPPER, A), Membership(Role.MANAGER, A)), True),
        (AT_A, (Membership(Role.SHOPPER, A), Membership(Role.SHOPPER, B)), False),
        (AT_A, (Membership(Role.SHOPPER, A), Membership(Role.ADMIN)), False),
        (EVERYWHERE, (Membership(Role.SHOPPER, A), Membership(Role.SHOPPER, B)), True),
        (ADMIN, (Membership(Role.SHOPPER, A), Membership(Role.ADMIN)), True),
        (AT_A, (), False),
        (EVERYWHERE, (), False),
        (ADMIN, (), True),
    ],
)
def test_an_account_belongs_to_whoever_reaches_all_its_roles(
    viewer: Viewer, roles: tuple[Membership, ...], may: bool
) -> None:
    assert people.may_change_account(viewer, roles) is may


@pytest.mark.parametrize(
    ("viewer", "user_id", "role", "rest", "refusal"),
    [
        (AT_A, THEM, Membership(Role.COORDINATOR, A), (), None),
        (AT_A, THEM, Membership(Role.SHOPPER, B), (), people.IsOutOfReach),
        (AT_A, ME, Membership(Role.COORDINATOR, A), (Membership(Role.MANAGER, A),), people.IsOneself),
        (AT_A, ME, Membership(Role.COORDINATOR, A), (Membership(Role.COORDINATOR, B),), None),
        (AT_A, ME, Membership(Role.SHOPPER, A), (Membership(Role.COORDINATOR, A),), None),
        (ADMIN, ME, Membership(Role.ADMIN), (), people.IsOneself),
        (ADMIN, THEM, Membership(Role.ADMIN), (), None),
    ],
)
def test_nobody_takes_the_own_last_role_that_gives_roles(
    viewer: Viewer, user_id: UUID, role: Membership, rest: tuple[Membership, ...], refusal: type[Exception] | None
) -> None:
    if refusal is None:
        people.check_withdrawal(viewer, user_id, role, rest)
    else:
        with pytest.raises(refusal):
            people.check_withdrawal(viewer, user_id, role, rest)


def test_what_an_administrator_shut_an_administrator_opens() -> None:
    roles = (Membership(Role.SHOPPER, A),)
    people.check_activation(AT_A, roles, is_shut_by_admin=False)
    people.check_activation(ADMIN, roles, is_shut_by_admin=True)
    for by_admin, held, refusal in ((True, roles, people.IsShutByAdmin), (False, (), people.IsOutOfReach)):
        with pytest.raises(refusal):
            people.check_activation(AT_A, held, by_admin)


def test_nobody_deactivates_themselves() -> None:
    people.check_deactivation(ADMIN, THEM, (Membership(Role.ADMIN),))
    with pytest.raises(people.IsOneself):
        people.check_deactivation(ADMIN, ME, (Membership(Role.ADMIN),))
    with pytest.raises(people.IsOutOfReach):
        people.check_deactivation(AT_A, THEM, (Membership(Role.SHOPPER, A), Membership(Role.SHOPPER, B)))


@pytest.mark.parametrize(
    ("rest", "method", "may"),
    [
        ((), SHOPS, False),
        ((Membership(Role.OBSERVER, A),), SHOPS, False),
        ((Membership(Role.SHOPPER, A),), SHOPS, True),
        ((Membership(Role.SHOPPER),), SHOPS, True),
        ((Membership(Role.SHOPPER, B),), SHOPS, False),
        ((Membership(Role.SHOPPER, A),), OBSERVES, False),
    ],
)
def test_what_was_assigned_stays_where_a_role_is_left_for_it(
    rest: tuple[Membership, ...], method: Method, may: bool
) -> None:
    assert people.may_still_be_sent(rest, A, method) is may
