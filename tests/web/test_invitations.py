"""Nobody takes another's account: links go to the address, and a role elsewhere is accepted by whoever owns it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.invitations import Kind, State
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, Job, Membership, User
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.reports import letters
from fieldstudy.services import invitations, mail, people
from tests import factories as make
from tests import signing
from tests.factors import protect
from tests.mail import Postman, link_in
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
VICTIM = "victim@example.org"
FIRST, SECOND = "a first long sentence", "a second long sentence"
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def ours(app: Flask) -> Client:
    return make.client("Ours")


@pytest.fixture
def theirs(app: Flask) -> Client:
    return make.client("Theirs")


def browser_of(app: Flask, user: User) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", signing.token_of(app, user))
    return client


def add(app: Flask, client: Client, role: str = "shopper", email: str = VICTIM, **fields: str) -> TestResponse:
    """By the client's coordinator, on the page."""
    known = db.session.scalar(db.select(User).where(User.email == f"boss-{client.id}@example.org"))
    boss = known or make.user(Role.COORDINATOR, client, f"boss-{client.id}@example.org")
    data = {"email": email, "name": "Vittoria", "role": role, "region": "", "store": "", "locale": "en", **fields}
    browser = browser_of(app, boss)
    return browser.post(f"/studio/clients/{client.id}/people/new", data=data)


def shown_in(answer: TestResponse) -> str:
    found = re.search(r'value="https?://[^/]+(/account/invitation/[^"]+)"', answer.text)
    return found[1] if found else ""


def set_password(client: FlaskClient, path: str, password: str = FIRST) -> TestResponse:
    return client.post(path, data={"password": password, "again": password})


def enter(client: FlaskClient, password: str, email: str = VICTIM) -> TestResponse:
    return client.post("/account/sign-in", data={"email": email, "password": password})


def victim() -> User:
    db.session.rollback()
    return db.session.scalars(db.select(User).where(User.email == VICTIM)).one()


def clients_of(email: str = VICTIM) -> set[str]:
    db.session.rollback()
    query = db.select(Membership).join(Membership.user).where(User.email == email)
    found = db.session.scalars(query).all()
    return {db.session.get_one(Client, one.client_id).name for one in found}


def opens(client: FlaskClient, owner: Client) -> int:
    return client.get(f"/studio/clients/{owner.id}/people").status_code


# The takeovers


def test_whoever_made_the_account_gets_no_role_of_another_client(app: Flask, ours: Client, theirs: Client) -> None:
    """They knew the link, set the password and stayed signed in; the other client adds the same address."""
    attacker = app.test_client()
    assert set_password(attacker, shown_in(add(app, theirs))).status_code == 302
    answer = add(app, ours, "coordinator")
    assert (answer.status_code, "command line" in answer.text) == (422, True)
    assert (opens(attacker, ours), clients_of()) == (404, {"Theirs"})


def test_a_link_that_was_shown_is_worth_nothing_once_another_client_gave_a_role(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, smtp_url="")
    link = shown_in(add(app, theirs))
    app.extensions["fieldstudy"] = config
    add(app, ours, "coordinator")
    attacker = app.test_client()
    assert (link != "", set_password(attacker, link).status_code, opens(attacker, ours)) == (True, 410, 302)


def test_whoever_answers_the_mail_throws_out_whoever_was_there_before(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, smtp_url="")
    attacker, owner = app.test_client(), app.test_client()
    set_password(attacker, shown_in(add(app, theirs)))
    app.extensions["fieldstudy"] = config
    add(app, ours, "coordinator")
    do_all_jobs(app)
    assert opens(attacker, ours) == 404
    set_password(owner, link_in(postman.letters[0]), SECOND)
    assert (opens(attacker, ours), enter(app.test_client(), FIRST).status_code) == (302, 422)
    enter(owner, SECOND)
    assert (opens(owner, ours), clients_of()) == (200, {"Ours", "Theirs"})


def made_and_protected(app: Flask, owner: Client) -> User:
    """Where no mail went out yet: whoever made the account set a password and a second factor."""
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, smtp_url="")
    set_password(app.test_client(), shown_in(add(app, owner)))
    protect(victim())
    app.extensions["fieldstudy"] = config
    return victim()


def test_a_factor_of_whoever_made_the_account_does_not_come_along(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    made_and_protected(app, theirs)
    add(app, ours, "coordinator")
    do_all_jobs(app)
    set_password(app.test_client(), link_in(postman.letters[-1]), SECOND)
    assert (victim().proved_at is not None, factor_queries.is_protected(victim().id)) == (True, False)


def test_a_mailbox_alone_takes_no_factor_away(app: Flask, theirs: Client, postman: Postman) -> None:
    invitations.ask_reset(made_and_protected(app, theirs).id)
    do_all_jobs(app)
    set_password(app.test_client(), link_in(postman.letters[-1]), SECOND)
    assert (victim().proved_at is not None, factor_queries.is_protected(victim().id)) == (False, True)


def test_the_word_of_the_command_line_throws_them_out_too(app: Flask, ours: Client, theirs: Client) -> None:
    attacker = app.test_client()
    set_password(attacker, shown_in(add(app, theirs)))
    people.create_user(VICTIM, access.Membership(Role.COORDINATOR, ours.id))
    assert (opens(attacker, ours), enter(app.test_client(), FIRST).status_code) == (302, 422)


def test_no_link_lives_beside_another(app: Flask, ours: Client) -> None:
    first = shown_in(add(app, ours))
    second = shown_in(add(app, ours, "observer"))
    assert set_password(app.test_client(), second).status_code == 302
    assert [app.test_client().get(link).status_code for link in (first, second)] == [410, 410]


def test_a_new_password_ends_what_an_earlier_link_began(app: Flask, ours: Client) -> None:
    early, late = app.test_client(), app.test_client()
    set_password(early, shown_in(add(app, ours)))
    assert early.get("/field/").status_code == 200
    token = invitations.reset(victim())
    set_password(late, f"/account/invitation/{token}", SECOND)
    assert early.get("/field/").status_code == 302


def test_a_link_lives_a_day(app: Flask, ours: Client, client: FlaskClient) -> None:
    link = shown_in(add(app, ours))
    db.session.rollback()
    invitation = db.session.scalars(db.select(Invitation).join(Invitation.user).where(User.email == VICTIM)).one()
    assert timedelta(hours=23, minutes=59) < invitation.expires_at - now() <= timedelta(hours=24)
    invitation.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get(link).status_code == 410


def test_a_client_that_somebody_left_asks_before_it_takes_them_back(app: Flask, ours: Client, theirs: Client) -> None:
    """They work for another client by now, which would lose its say over their account."""
    person = make.user(Role.OBSERVER, theirs, VICTIM)
    person.proved_at = now()
    wave = make.wave(make.study(theirs))
    stance = {"method": Method.PARTICIPANT_OBSERVATION, "gold_role": "complete_participant", "disclosure": "overt"}
    make.assignment(wave, person, **stance)
    former, [role] = browser_of(app, make.user(Role.COORDINATOR, theirs)), person.memberships
    former.post(f"/studio/memberships/{role.id}/withdraw")
    db.session.rollback()
    db.session.add(Membership(user=person, client_id=ours.id, role=Role.MANAGER))
    db.session.commit()
    owner = browser_of(app, victim())
    address = f"/studio/clients/{theirs.id}/people/{person.id}/roles/new"
    assert "The role is offered: it is theirs once they have signed in" in former.get(address).text
    answer = former.post(address, data={"role": "shopper", "region": "", "store": ""}, follow_redirects=True)
    assert f"The role is offered to {VICTIM}." in answer.text
    assert (clients_of(), owner.get("/manager/").status_code) == ({"Ours"}, 200)
    [offered] = db.session.scalars(db.select(Invitation).where(Invitation.kind == Kind.ROLE)).all()
    db.session.rollback()
    owner.post(f"/account/offers/{offered.id}/accept")
    assert clients_of() == {"Ours", "Theirs"}


# By mail


def test_a_new_person_gets_a_letter_and_nobody_sees_the_link(
    app: Flask, ours: Client, postman: Postman, client: FlaskClient
) -> None:
    answer = add(app, ours)
    do_all_jobs(app)
    (letter,) = postman.letters
    assert (letter["To"], letter["Content-Language"], "/account/invitation/" in answer.text) == (VICTIM, "en", False)
    assert letter.get_content().count("https://f.example/") == 1
    assert clients_of() == set()
    set_password(client, link_in(letter))
    assert (clients_of(), client.get("/field/").status_code) == ({"Ours"}, 200)
    assert victim().proved_at is not None


def test_no_letter_goes_to_two(app: Flask, ours: Client, postman: Postman) -> None:
    """Also to an account that was made when such an address was still taken."""
    user = make.user(Role.SHOPPER, ours, "a,b@z.org")
    letter = letters.addressed(user, "us@example.org", letters.Letter("A link", ("https://f.example/x",)), "1")
    with pytest.raises(mail.MailIsRefused):
        mail.send(letter, user.email, "1")
    assert postman.letters == []


def test_the_letter_speaks_the_language_that_was_chosen(app: Flask, ours: Client, postman: Postman) -> None:
    add(app, ours, locale="it")
    do_all_jobs(app)
    assert (postman.letters[0]["Content-Language"], "Scegli qui una password" in postman.letters[0].get_content()) == (
        "it",
        True,
    )


def test_no_token_is_kept_anywhere(app: Flask, ours: Client, postman: Postman) -> None:
    add(app, ours)
    do_all_jobs(app)
    token = link_in(postman.letters[0]).rsplit("/", 1)[1]
    db.session.rollback()
    jobs = [(job.payload, job.error) for job in db.session.scalars(db.select(Job))]
    rows = [one.token_sha256 for one in db.session.scalars(db.select(Invitation))]
    assert token not in f"{jobs} {rows}"


def test_the_page_says_the_same_of_everybody(app: Flask, ours: Client, theirs: Client, postman: Postman) -> None:
    """Whoever invites does not learn who works for others."""
    make.user(Role.SHOPPER, theirs, "elsewhere@example.org")
    make.user(Role.OBSERVER, ours, "here@example.org")
    told = set()
    for email in ("new@example.org", "elsewhere@example.org", "here@example.org"):
        answer = add(app, ours, email=email)
        told.add((answer.status_code, re.sub(r'value="[\w.-]{40,}"', "", answer.text.replace(email, "X"))))
    assert len(told) == 1


def test_the_list_says_the_same_of_who_is_new_and_who_works_for_others(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    make.user(Role.SHOPPER, theirs, "elsewhere@example.org")
    for email in ("brandnew@example.org", "elsewhere@example.org"):
        add(app, ours, email=email)
    do_all_jobs(app)
    boss = db.session.scalars(db.select(User).where(User.email == f"boss-{ours.id}@example.org")).one()
    page = browser_of(app, boss).get(f"/studio/clients/{ours.id}/people").text
    rows = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "Vittoria" in row]
    said = {re.sub(r"(brandnew|elsewhere)@example.org|[0-9a-f-]{36}|\d\d:\d\d", "", row) for row in rows}
    assert (len(rows), len(said)) == (2, 1)


def test_somebody_of_another_client_accepts_signed_in(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    person = make.user(Role.SHOPPER, theirs, VICTIM)
    other, browser = browser_of(app, person), browser_of(app, person)
    people_page = f"/studio/clients/{ours.id}/people"
    person.password_hash = people.passwords.hashed(FIRST)
    db.session.commit()
    add(app, ours, "coordinator")
    do_all_jobs(app)
    assert browser.get(people_page).status_code == 404
    assert browser.get(link_in(postman.letters[0])).location == "/account/offers"
    offer = pending().id
    assert "Ours" in browser.get("/account/offers").text
    assert browser.post(f"/account/offers/{offer}/accept").status_code == 302
    assert (browser.get(people_page).status_code, other.get(people_page).status_code) == (200, 302)
    assert clients_of() == {"Ours", "Theirs"}


def pending() -> Invitation:
    db.session.rollback()
    return db.session.scalars(db.select(Invitation).where(Invitation.role.is_not(None))).one()


def test_an_offer_that_is_declined_gives_nothing(app: Flask, ours: Client, theirs: Client) -> None:
    browser = browser_of(app, make.user(Role.SHOPPER, theirs, VICTIM))
    add(app, ours, "coordinator")
    browser.post(f"/account/offers/{pending().id}/decline")
    assert (pending().state, clients_of()) == (State.DECLINED, {"Theirs"})
    assert browser.post(f"/account/offers/{pending().id}/accept").status_code == 404


def people_page(app: Flask, owner: Client) -> str:
    db.session.rollback()
    boss = db.session.scalars(db.select(User).where(User.email == f"boss-{owner.id}@example.org")).one()
    return browser_of(app, boss).get(f"/studio/clients/{owner.id}/people").text


def test_whoever_invited_sees_the_no_until_the_next_invitation(app: Flask, ours: Client, theirs: Client) -> None:
    browser = browser_of(app, make.user(Role.SHOPPER, theirs, VICTIM))
    add(app, ours, "coordinator")
    assert "waits on their account page" in people_page(app, ours)
    browser.post(f"/account/offers/{pending().id}/decline")
    page = people_page(app, ours)
    said = ("declined on", "waits on their account page", f"/invitations/{pending().id}/withdraw")
    assert [text in page for text in said] == [True, False, False]
    add(app, theirs, "reviewer")
    assert "declined on" in people_page(app, ours)
    add(app, ours, "reviewer")
    page = people_page(app, ours)
    assert ("declined on" in page, page.count(VICTIM)) == (False, 2)


@pytest.mark.parametrize("what", ["region", "store"])
def test_an_offer_says_which_stores_a_manager_sees(
    app: Flask, ours: Client, theirs: Client, postman: Postman, what: str
) -> None:
    store = make.store(make.study(ours), name="Verona Centro", region="Veneto")
    browser = browser_of(app, make.user(Role.SHOPPER, theirs, VICTIM))
    add(app, ours, "manager", **{what: {"region": "Veneto", "store": str(store.id)}[what]})
    do_all_jobs(app)
    told = {"region": "manager of the region Veneto", "store": "manager of the store Verona Centro"}[what]
    offers = browser.get("/account/offers").text
    assert (told in postman.letters[0].get_content(), told in offers) == (True, True)
    answer = browser.post(f"/account/offers/{pending().id}/accept")
    assert answer.location == "/manager/"
    assert f"You now have this role at Ours: {told}." in browser.get(answer.location).text


def test_whoever_has_another_offer_goes_on_with_it(app: Flask, ours: Client, theirs: Client) -> None:
    browser = browser_of(app, make.user(Role.SHOPPER, theirs, VICTIM))
    add(app, ours, "reviewer")
    first = pending().id
    add(app, make.client("A third"), "reviewer")
    answer = browser.post(f"/account/offers/{first}/accept", follow_redirects=True)
    assert (answer.request.path, "You now have this role at Ours: reviewer." in answer.text) == (
        "/account/offers",
        True,
    )


def test_the_first_password_of_an_invited_person_brings_the_role_and_says_so(
    app: Flask, ours: Client, postman: Postman, client: FlaskClient
) -> None:
    add(app, ours)
    do_all_jobs(app)
    set_password(client, link_in(postman.letters[0]))
    assert "You now have this role at Ours: mystery shopper." in client.get("/", follow_redirects=True).text


def test_an_offer_is_nobody_elses(app: Flask, ours: Client, theirs: Client) -> None:
    make.user(Role.SHOPPER, theirs, VICTIM)
    add(app, ours, "coordinator")
    stranger = browser_of(app, make.user(Role.SHOPPER, theirs))
    assert stranger.post(f"/account/offers/{pending().id}/accept").status_code == 404


def test_an_unproven_account_cannot_accept(app: Flask, ours: Client, theirs: Client, postman: Postman) -> None:
    """It may be in the hands of whoever made it."""
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, smtp_url="")
    attacker = app.test_client()
    set_password(attacker, shown_in(add(app, theirs)))
    app.extensions["fieldstudy"] = config
    add(app, ours, "coordinator")
    assert "Ours" not in attacker.get("/account/offers").text
    assert attacker.post(f"/account/offers/{pending().id}/accept").status_code == 404


def test_a_role_more_at_the_same_client_is_there_at_once(app: Flask, ours: Client, postman: Postman) -> None:
    person = make.user(Role.SHOPPER, ours, VICTIM)
    person.password_hash = people.passwords.hashed(FIRST)
    db.session.commit()
    before = browser_of(app, person)
    add(app, ours, "reviewer")
    do_all_jobs(app)
    (letter,) = postman.letters
    assert {one.role for one in victim().memberships} == {Role.SHOPPER, Role.REVIEWER}
    assert (before.get("/field/").status_code, "reviewer at “Ours”" in letter.get_content()) == (302, True)


def test_an_invitation_is_sent_again_and_the_first_letter_is_closed(
    app: Flask, ours: Client, postman: Postman, client: FlaskClient
) -> None:
    add(app, ours)
    do_all_jobs(app)
    boss = db.session.scalars(db.select(User).where(User.email.like("boss-%"))).one()
    browser_of(app, boss).post(f"/studio/invitations/{pending().id}/again")
    do_all_jobs(app)
    first, second = map(link_in, postman.letters)
    assert [client.get(link).status_code for link in (first, second)] == [410, 200]


def test_no_letter_is_promised_to_an_account_that_is_deactivated(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    user, boss = make.user(Role.SHOPPER, theirs, VICTIM), make.user(Role.COORDINATOR, theirs)
    own = user.memberships[0].id
    add(app, ours)
    do_all_jobs(app)
    victim().is_active = False
    db.session.commit()
    here = db.session.scalars(db.select(User).where(User.email.like("boss-%"))).one()
    for asker, path in ((here, f"/studio/invitations/{pending().id}/again"), (boss, f"/studio/memberships/{own}/link")):
        answer = browser_of(app, asker).post(path, follow_redirects=True)
        assert "is deactivated, and no e-mail goes there" in answer.text
    do_all_jobs(app)
    assert len(postman.letters) == 1


def test_an_invitation_to_an_account_that_is_deactivated_says_so(
    app: Flask, ours: Client, theirs: Client, postman: Postman
) -> None:
    make.user(Role.SHOPPER, theirs, VICTIM)
    victim().is_active = False
    db.session.commit()
    answer = add(app, ours)
    assert (answer.status_code, "and no e-mail goes there. An administrator can activate it." in answer.text) == (
        422,
        True,
    )
    assert db.session.scalars(db.select(Invitation).where(Invitation.kind == Kind.ROLE)).all() == []


def test_a_new_letter_is_said_to_close_only_what_this_office_sent(
    app: Flask, ours: Client, theirs: Client, postman: Postman, client: FlaskClient
) -> None:
    add(app, theirs)
    add(app, ours)
    page = add(app, ours, "observer").text
    assert ("If you sent this person one before, that one works no more." in page, "Earlier links" in page) == (
        True,
        False,
    )
    do_all_jobs(app)
    links = [link_in(letter) for letter in postman.letters]
    assert sorted(client.get(link).status_code for link in links) == [200, 200]


def test_an_invitation_that_is_withdrawn_opens_nothing(
    app: Flask, ours: Client, postman: Postman, client: FlaskClient
) -> None:
    add(app, ours)
    do_all_jobs(app)
    boss = db.session.scalars(db.select(User).where(User.email.like("boss-%"))).one()
    browser_of(app, boss).post(f"/studio/invitations/{pending().id}/withdraw")
    assert (client.get(link_in(postman.letters[0])).status_code, clients_of()) == (410, set())


def test_two_clients_invite_the_same_new_person(
    app: Flask, ours: Client, theirs: Client, postman: Postman, client: FlaskClient
) -> None:
    """Each has a link of its own until one is used; what the other one offered waits on the account page."""
    add(app, theirs)
    add(app, ours)
    do_all_jobs(app)
    first, second = sorted(postman.letters, key=lambda letter: "Ours" in letter["Subject"])
    assert [client.get(link_in(one)).status_code for one in (first, second)] == [200, 200]
    set_password(client, link_in(second))
    assert (clients_of(), "Theirs" in client.get("/account/offers").text) == ({"Ours"}, True)
    assert client.get(link_in(first)).status_code == 410


@pytest.mark.parametrize("act", ["invite", "send_again", "send_link"])
def test_no_office_closes_the_link_that_somebody_asked_for(
    app: Flask, ours: Client, theirs: Client, postman: Postman, client: FlaskClient, act: str
) -> None:
    """An offer opens nothing for whoever can sign in. Somebody could make offers until the half hour is over."""
    user, at = make.user(Role.SHOPPER, theirs, VICTIM), {"invite": ours, "send_again": ours, "send_link": theirs}[act]
    if act == "send_again":
        add(app, ours)
    boss = db.session.scalar(db.select(User).where(User.email.like("boss-%"))) or make.user(Role.COORDINATOR, at)
    issued = invitations.issue_reset(user)
    assert issued is not None
    if act == "invite":
        add(app, ours)
    elif act == "send_again":
        browser_of(app, boss).post(f"/studio/invitations/{pending().id}/again")
    else:
        browser_of(app, boss).post(f"/studio/memberships/{victim().memberships[0].id}/link")
    do_all_jobs(app)
    assert postman.letters
    assert client.get(f"/account/invitation/{issued[1]}").status_code == 200


def test_no_client_closes_the_first_link_of_another(
    app: Flask, ours: Client, theirs: Client, postman: Postman, client: FlaskClient
) -> None:
    make.user(Role.SHOPPER, theirs, VICTIM)
    boss = make.user(Role.COORDINATOR, theirs)
    browser_of(app, boss).post(f"/studio/memberships/{victim().memberships[0].id}/link")
    do_all_jobs(app)
    add(app, ours)
    assert client.get(link_in(postman.letters[0])).status_code == 200


def test_an_address_that_refuses_letters_is_said(app: Flask, ours: Client, postman: Postman) -> None:
    postman.refuses = "victim"
    add(app, ours)
    for _ in range(5):
        db.session.rollback()
        for job in db.session.scalars(db.select(Job)):
            job.due_at = now()
        db.session.commit()
        do_all_jobs(app)
    boss = db.session.scalars(db.select(User).where(User.email.like("boss-%"))).one()
    assert "could not be delivered" in browser_of(app, boss).get(f"/studio/clients/{ours.id}/people").text


def test_the_address_of_a_link_is_told_to_nobody(app: Flask, ours: Client, client: FlaskClient) -> None:
    """Not even to our own log, by the files that the page loads."""
    link = shown_in(add(app, ours))
    answers = client.get(link), client.post(link, data={"password": "x", "again": "y"})
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"strict-origin"}


@pytest.mark.parametrize("name", ["Nora\r\nBcc: all@example.org", "x" * 300])
def test_what_somebody_typed_begins_no_header(app: Flask, ours: Client, postman: Postman, name: str) -> None:
    add(app, ours, name=name)
    do_all_jobs(app)
    (letter,) = postman.letters
    assert (letter["Bcc"], letter["To"]) == (None, VICTIM)
