"""The page of one person at a client, and what is done there."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.core.invitations import Kind
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, Membership, User
from fieldstudy.models.columns import now
from tests import factories as make
from tests import signing
from tests.web.door import put_visit, scene

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def lume(client: FlaskClient) -> Client:
    make.user(Role.SHOPPER, make.client("Somebody else"), "noise@example.org")
    return make.client("Lume")


@pytest.fixture
def boss(lume: Client) -> User:
    return make.user(Role.COORDINATOR, lume, "boss@example.org")


@pytest.fixture
def coordinator(boss: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(boss)


def at(of: Client, user: User, path: str = "") -> str:
    return f"/studio/clients/{of.id}/people/{user.id}{path}"


def post(client: FlaskClient, address: str, **data: str) -> TestResponse:
    db.session.rollback()
    return client.post(address, data=data, follow_redirects=True)


def role_at(user: User) -> str:
    found = db.session.scalar(db.select(Membership.id).where(Membership.user_id == user.id))
    db.session.rollback()
    return f"/studio/memberships/{found}"


def fresh(user: User) -> User:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(User, user.id)


def in_other_browsers(app: Flask, user: User) -> list[FlaskClient]:
    found = [app.test_client() for _ in range(2)]
    for one in found:
        one.set_cookie("session", signing.token_of(app, user))
    return found


def test_the_name_in_the_list_leads_to_the_person(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.MANAGER, lume, "mara@example.org")
    assert at(lume, person) in coordinator.get(f"/studio/clients/{lume.id}/people").text
    page = coordinator.get(at(lume, person)).text
    assert [text in page for text in ("mara@example.org", "Manager", "all stores", "Deactivate")] == [True] * 4


def test_a_role_withdrawn_shuts_two_browsers_at_once(app: Flask, coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.MANAGER, lume)
    browsers = in_other_browsers(app, person)
    assert [one.get("/manager/").status_code for one in browsers] == [200, 200]
    said = post(coordinator, role_at(person) + "/withdraw")
    assert "is withdrawn" in said.text
    pages = [one.get("/manager/", follow_redirects=True) for one in browsers]
    assert [(page.request.path, "What you may do here was changed" in page.text) for page in pages] == [
        ("/account/sign-in", True)
    ] * 2


@pytest.mark.parametrize(("region", "said"), [("Veneto", "“manager of the region Veneto”"), (None, "“manager”")])
def test_a_withdrawal_names_the_role_with_what_it_sees(
    coordinator: FlaskClient, lume: Client, region: str | None, said: str
) -> None:
    person = make.user(Role.MANAGER, lume, region=region)
    assert f"Withdraw the role {said}?" in coordinator.get(role_at(person) + "/withdraw").text


def test_an_account_deactivated_shuts_two_browsers_at_once(app: Flask, coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.MANAGER, lume)
    browsers = in_other_browsers(app, person)
    post(coordinator, at(lume, person, "/deactivate"))
    assert fresh(person).is_active is False
    assert ["was deactivated" in one.get("/manager/", follow_redirects=True).text for one in browsers] == [True] * 2


def test_the_phone_of_somebody_who_was_signed_out_pauses_keeps_and_sends(app: Flask, sign_in: SignIn) -> None:
    """401 and nothing else is what makes a phone wait: it asks its author to sign in, and sends what it kept."""
    work = scene()
    lume = work.assignment.wave.study.client
    [phone_of, _] = in_other_browsers(app, work.person)
    sealed = work.seal()
    post(sign_in(make.user(Role.COORDINATOR, lume)), at(lume, work.person, "/sign-out"))
    refused = put_visit(phone_of, sealed)
    assert (refused.status_code, refused.json) == (401, {"error": "signed_out", "ended": "signed_out"})
    told = phone_of.get("/api/v1/session").json
    assert (told["user"], told["ended"]) == (None, "signed_out")
    phone_of.set_cookie("session", signing.token_of(app, work.person))
    assert put_visit(phone_of, sealed).status_code == 201


@pytest.mark.parametrize("act", ["/deactivate", ""])
def test_the_phone_of_somebody_who_is_out_pauses_too(app: Flask, sign_in: SignIn, act: str) -> None:
    work = scene()
    lume = work.assignment.wave.study.client
    [phone_of, _] = in_other_browsers(app, work.person)
    boss = sign_in(make.user(Role.COORDINATOR, lume))
    post(boss, at(lume, work.person, act) if act else role_at(work.person) + "/withdraw")
    assert put_visit(phone_of, work.seal()).status_code == 401


def test_a_visit_begun_before_the_role_was_withdrawn_arrives_once_it_is_back(app: Flask, sign_in: SignIn) -> None:
    work = scene()
    lume = work.assignment.wave.study.client
    visit = make.visit(work.assignment)
    boss = sign_in(make.user(Role.COORDINATOR, lume))
    post(boss, role_at(work.person) + "/withdraw")
    post(boss, at(lume, work.person, "/roles/new"), role="shopper")
    [phone_of, _] = in_other_browsers(app, work.person)
    offered = db.session.scalars(db.select(Invitation.id).where(Invitation.kind == Kind.ROLE)).one()
    post(phone_of, f"/account/offers/{offered}/accept")
    assert put_visit(phone_of, work.seal(visit=visit.id)).status_code in (200, 201)


def test_the_page_says_what_becomes_of_the_work(coordinator: FlaskClient, lume: Client) -> None:
    wave, person = make.wave(make.study(lume)), make.user(Role.SHOPPER, lume)
    for _ in range(2):
        make.assignment(wave, person)
    make.visit(make.assignment(wave, person))
    for address in (role_at(person) + "/withdraw", at(lume, person, "/deactivate")):
        page = coordinator.get(address).text
        assert ("2 assignments that were not begun are withdrawn" in page, "1 visit that was begun" in page) == (
            True,
            True,
        )


def test_whoever_has_no_role_any_more_is_in_the_list_under_a_filter(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.SHOPPER, lume, "gone@example.org")
    make.approved(make.assignment(make.wave(make.study(lume)), person))
    post(coordinator, role_at(person) + "/withdraw")
    lists = [coordinator.get(f"/studio/clients/{lume.id}/people{query}").text for query in ("", "?account=former")]
    assert ["gone@example.org" in page for page in lists] == [False, True]
    assert "no role any more" in lists[1]


def test_whoever_is_deactivated_is_in_the_list_under_a_filter(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.MANAGER, lume, "gone@example.org")
    post(coordinator, at(lume, person, "/deactivate"))
    lists = [coordinator.get(f"/studio/clients/{lume.id}/people{query}").text for query in ("", "?account=deactivated")]
    assert ["gone@example.org" in page for page in lists] == [False, True]
    post(coordinator, at(lume, person, "/activate"))
    assert fresh(person).is_active is True


def test_whoever_was_erased_does_not_come_back(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.MANAGER, lume)
    person.is_active, person.erased_at = False, now()
    db.session.commit()
    assert "/activate" not in coordinator.get(at(lume, person)).text
    assert "the account does not come back" in post(coordinator, at(lume, person, "/activate")).text
    assert fresh(person).is_active is False


def test_a_name_is_changed(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.MANAGER, lume)
    answer = post(coordinator, at(lume, person, "/name"), name="  Mara <b>Neri</b> ")
    assert "The name is now Mara &lt;b&gt;Neri&lt;/b&gt;." in answer.text
    assert fresh(person).name == "Mara <b>Neri</b>"


@pytest.mark.parametrize(("name", "said"), [(" ", "Write the name."), ("x" * 301, "300 characters at most")])
def test_a_name_that_is_none_is_refused(coordinator: FlaskClient, lume: Client, name: str, said: str) -> None:
    person = make.user(Role.MANAGER, lume)
    answer = post(coordinator, at(lume, person, "/name"), name=name)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_another_role_is_given(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.SHOPPER, lume)
    post(coordinator, at(lume, person, "/roles/new"), role="observer", region="", store="")
    assert sorted(one.role for one in fresh(person).memberships) == [Role.OBSERVER, Role.SHOPPER]


def test_an_administrator_is_made_on_no_page(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.SHOPPER, lume)
    answer = post(coordinator, at(lume, person, "/roles/new"), role="admin")
    assert (answer.status_code, len(fresh(person).memberships)) == (422, 1)


def test_what_a_manager_sees_is_narrowed(coordinator: FlaskClient, lume: Client) -> None:
    make.store(make.study(lume), region="Veneto")
    person = make.user(Role.MANAGER, lume)
    post(coordinator, role_at(person) + "/edit", region="Veneto", store="")
    assert [one.region for one in fresh(person).memberships] == ["Veneto"]


def test_a_region_that_no_store_has_any_more_stays_chosen(coordinator: FlaskClient, lume: Client) -> None:
    """Else saving the page as it is would show the manager every store."""
    person = make.user(Role.MANAGER, lume, region="Friuli")
    assert '<option selected value="Friuli">' in coordinator.get(role_at(person) + "/edit").text


def test_only_what_a_manager_sees_can_be_narrowed(coordinator: FlaskClient, lume: Client) -> None:
    person = make.user(Role.SHOPPER, lume)
    address = role_at(person) + "/edit"
    assert [coordinator.get(address).status_code, post(coordinator, address, region="", store="").status_code] == [
        404
    ] * 2


def works_for_others_too(lume: Client) -> User:
    person = make.user(Role.MANAGER, lume)
    db.session.add(Membership(user=person, client_id=make.client().id, role=Role.SHOPPER))
    db.session.commit()
    return person


def test_the_account_of_somebody_who_works_for_others_too_is_left_alone(coordinator: FlaskClient, lume: Client) -> None:
    person = works_for_others_too(lume)
    page = coordinator.get(at(lume, person)).text
    assert ("This person works for others too." in page, "Save the name" in page, "/deactivate" in page) == (
        True,
        False,
        False,
    )
    for path, data in (("/name", {"name": "X"}), ("/deactivate", {}), ("/activate", {}), ("/sign-out", {})):
        answer = post(coordinator, at(lume, person, path), **data)
        assert "an administrator can change that" in answer.text, path
    assert (fresh(person).is_active, fresh(person).name != "X") == (True, True)


def test_a_former_client_leaves_the_account_alone(coordinator: FlaskClient, lume: Client) -> None:
    """Another client may be about to give this person a role: whoever they worked for must not keep them out."""
    person = make.user(Role.SHOPPER, lume)
    make.approved(make.assignment(make.wave(make.study(lume)), person))
    post(coordinator, role_at(person) + "/withdraw")
    page = coordinator.get(at(lume, person)).text
    assert ("has no role for Lume now" in page, "Save the name" in page, "Give a role again" in page) == (
        True,
        False,
        True,
    )
    for path, data in (("/name", {"name": "X"}), ("/deactivate", {}), ("/activate", {}), ("/sign-out", {})):
        assert "an administrator can change that" in post(coordinator, at(lume, person, path), **data).text, path
    assert (fresh(person).is_active, fresh(person).name != "X") == (True, True)


def test_what_an_administrator_shut_no_coordinator_opens(app: Flask, coordinator: FlaskClient, lume: Client) -> None:
    person, admin = make.user(Role.SHOPPER, lume), app.test_client()
    admin.set_cookie("session", signing.token_of(app, make.user(Role.ADMIN)))
    post(admin, f"/admin/people/{person.id}/deactivate")
    page = coordinator.get(at(lume, person)).text
    assert ("An administrator did that" in page, "/activate" in page) == (True, False)
    post(coordinator, at(lume, person, "/deactivate"))
    assert "only an administrator can activate it" in post(coordinator, at(lume, person, "/activate")).text
    assert fresh(person).is_active is False
    assert "is active again" in post(admin, f"/admin/people/{person.id}/activate").text
    post(coordinator, at(lume, person, "/deactivate"))
    assert "is active again" in post(coordinator, at(lume, person, "/activate")).text


def test_only_the_role_at_the_own_client_is_withdrawn(coordinator: FlaskClient, lume: Client) -> None:
    person = works_for_others_too(lume)
    own = next(one for one in person.memberships if one.client_id == lume.id)
    other = next(one for one in person.memberships if one.client_id != lume.id)
    db.session.rollback()
    assert coordinator.post(f"/studio/memberships/{other.id}/withdraw").status_code == 404
    answer = post(coordinator, f"/studio/memberships/{own.id}/withdraw")
    assert answer.request.path == f"/studio/clients/{lume.id}/people"
    assert [one.role for one in fresh(person).memberships] == [Role.SHOPPER]


def test_nobody_withdraws_the_own_last_role_that_gives_roles(coordinator: FlaskClient, boss: User) -> None:
    answer = post(coordinator, role_at(boss) + "/withdraw")
    assert "Nobody can do this to themselves." in answer.text
    assert len(fresh(boss).memberships) == 1


def test_nobody_deactivates_themselves(coordinator: FlaskClient, lume: Client, boss: User) -> None:
    assert "/deactivate" not in coordinator.get(at(lume, boss)).text
    assert "Nobody can do this to themselves." in post(coordinator, at(lume, boss, "/deactivate")).text
    assert fresh(boss).is_active is True


def test_a_person_is_no_person_of_another_client(app: Flask, sign_in: SignIn, lume: Client) -> None:
    """Also for whoever looks after the people of both."""
    other = make.client()
    person = make.user(Role.MANAGER, other)
    client = sign_in(make.user(Role.COORDINATOR))
    addresses = [at(lume, person, path) for path in ("", "/deactivate", "/roles/new")]
    assert [client.get(address).status_code for address in addresses] == [404] * 3
    posts = [at(lume, person, path) for path in ("/name", "/sign-out", "/deactivate", "/activate")]
    assert [post(client, address, name="X").status_code for address in posts] == [404] * 4
    assert post(client, at(lume, person, "/roles/new"), role="observer").status_code == 404


def test_the_role_of_an_administrator_is_none_of_a_client(coordinator: FlaskClient, lume: Client) -> None:
    admin = make.user(Role.ADMIN)
    assert coordinator.get(role_at(admin) + "/withdraw").status_code == 404
    page = coordinator.get(at(lume, admin))
    assert (page.status_code, "Withdraw" in page.text, "Give another role" in page.text) == (200, False, False)
