"""Who reaches what, as a table of named cases."""

from uuid import uuid4

import pytest

from fieldstudy.core import access, stance
from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.core.checklist import Method

OURS, THEIRS, STORE, OTHER = (uuid4() for _ in range(4))

MANAGERS = [
    ("of the client", Membership(Role.MANAGER, OURS), OURS, "Veneto", STORE, True),
    ("of another client", Membership(Role.MANAGER, THEIRS), OURS, "Veneto", STORE, False),
    ("of the region", Membership(Role.MANAGER, OURS, region="Veneto"), OURS, "Veneto", STORE, True),
    ("of another region", Membership(Role.MANAGER, OURS, region="Lazio"), OURS, "Veneto", STORE, False),
    ("of the store", Membership(Role.MANAGER, OURS, store_id=STORE), OURS, "Veneto", STORE, True),
    ("of another store", Membership(Role.MANAGER, OURS, store_id=OTHER), OURS, "Veneto", STORE, False),
]


@pytest.mark.parametrize(("name", "membership", "client", "region", "store", "reaches"), MANAGERS)
def test_a_manager_reaches(
    name: str, membership: Membership, client: object, region: str, store: object, reaches: bool
) -> None:
    assert access.reaches_store([membership], client, region, store) == reaches


def test_a_membership_without_client_reaches_every_client() -> None:
    viewer = Viewer(uuid4(), (Membership(Role.COORDINATOR),))
    assert access.reaches_client(viewer, OURS, Role.COORDINATOR)


def test_another_role_does_not_count() -> None:
    viewer = Viewer(uuid4(), (Membership(Role.REVIEWER, OURS),))
    assert not access.reaches_client(viewer, OURS, Role.COORDINATOR)


@pytest.mark.parametrize(
    ("membership", "key"),
    [
        (Membership(Role.MANAGER), "manager_needs_client"),
        (Membership(Role.SHOPPER, OURS, region="Veneto"), "only_managers_are_narrowed"),
        (Membership(Role.ADMIN, OURS), "admin_has_no_client"),
    ],
)
def test_an_incomplete_membership_is_refused(membership: Membership, key: str) -> None:
    with pytest.raises(access.MembershipIsIncomplete, match=key):
        access.check_membership(membership)


M = Method


@pytest.mark.parametrize(
    ("method", "role", "disclosure", "reason", "key"),
    [
        (M.PARTICIPANT_OBSERVATION, "", "", "", "stance_is_missing"),
        (M.PARTICIPANT_OBSERVATION, "complete_observer", "overt", "", "role_not_of_method"),
        (M.PARTICIPANT_OBSERVATION, "participant_as_observer", "covert", "why", "role_cannot_be_covert"),
        (M.NON_PARTICIPANT_OBSERVATION, "complete_observer", "covert", " ", "covert_needs_reason"),
    ],
)
def test_a_wrong_stance_is_named(method: Method, role: str, disclosure: str, reason: str, key: str) -> None:
    with pytest.raises(stance.StanceIsWrong) as wrong:
        stance.check(method, role, disclosure, reason)
    assert wrong.value.key == key


def test_a_mystery_shopper_takes_part_unseen() -> None:
    assert stance.check(M.MYSTERY_SHOPPING, "", "", "") == ("complete_participant", "covert")


@pytest.mark.parametrize(("method", "needs"), [(M.MYSTERY_SHOPPING, False), (M.PARTICIPANT_OBSERVATION, True)])
def test_covert_observation_needs_a_second_person(method: Method, needs: bool) -> None:
    assert stance.needs_approval(method, "covert") == needs


@pytest.mark.parametrize(
    ("roles", "methods"),
    [
        ({Role.SHOPPER}, {Method.MYSTERY_SHOPPING}),
        ({Role.OBSERVER}, {Method.PARTICIPANT_OBSERVATION, Method.NON_PARTICIPANT_OBSERVATION}),
        ({Role.SHOPPER, Role.OBSERVER}, set(Method)),
        ({Role.REVIEWER, Role.MANAGER}, set()),
    ],
)
def test_a_role_says_by_which_methods_somebody_may_be_sent(roles: set[Role], methods: set[Method]) -> None:
    assert {method for method in Method if access.may_be_sent(roles, method)} == methods
