"""What a phone keeps: assets, service worker, manifest, shells and blank forms."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Membership, Role
from fieldstudy.models import ChecklistVersion, User, Visit
from fieldstudy.services import people
from fieldstudy.web.field import assets
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def fieldworker(visit: Visit) -> User:
    user = visit.fieldworker.user
    assert user is not None
    return user


def form(version: ChecklistVersion, locale: str = "en") -> str:
    return f"/field/forms/{version.id}/mystery_shopping/{locale}"


def test_a_file_of_this_build_may_be_kept_for_ever(client: FlaskClient) -> None:
    answer = client.get(assets_address("js/field/home.js"))
    answer.close()
    assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)


def assets_address(name: str) -> str:
    return f"/field/assets/{assets.bundle().build}/{name}"


@pytest.mark.parametrize("path", ["js/field/nothing.js", "js/office/menu.js", "../pyproject.toml"])
def test_only_files_of_the_field_are_assets(client: FlaskClient, path: str) -> None:
    assert client.get(assets_address(path)).status_code == 404


def test_another_build_is_missing(client: FlaskClient) -> None:
    assert client.get("/field/assets/0123456789abcdef/js/field/home.js").status_code == 404


def test_one_changed_byte_makes_another_build(app: Flask, tmp_path: Path) -> None:
    static = shutil.copytree(str(app.static_folder), tmp_path / "static")
    before = assets.of_folder(static).build
    with (static / "css/field.css").open("a") as file:
        file.write("a{}\n")
    assert assets.of_folder(static).build != before


def test_the_worker_keeps_every_file_of_the_build(client: FlaskClient) -> None:
    text = client.get("/field/sw.js").text
    found = re.search(r"const FILES = (\[.*?\]);", text)
    assert found is not None
    assert sorted(json.loads(found[1])) == sorted(assets_address(name) for name in assets.bundle().files)


def test_the_worker_is_asked_for_again_every_time(client: FlaskClient) -> None:
    assert "no-cache" in client.get("/field/sw.js").headers["Cache-Control"]


def test_the_icons_of_the_manifest_are_there(client: FlaskClient) -> None:
    icons = json.loads(client.get("/field/manifest.webmanifest").text)["icons"]
    statuses = []
    for icon in icons:
        with client.get(icon["src"]) as answer:
            statuses.append((answer.status_code, answer.mimetype))
    assert statuses == [(200, "image/png")] * 3


def test_a_shell_knows_nobody(sign_in: SignIn, client: FlaskClient) -> None:
    anonymous = client.get("/field/shell/it").text
    person = make.user(Role.SHOPPER)
    assert sign_in(person).get("/field/shell/it").text == anonymous


@pytest.mark.parametrize(("locale", "title"), [("it", "I tuoi incarichi"), ("en", "Your assignments")])
def test_a_shell_speaks_its_language(client: FlaskClient, locale: str, title: str) -> None:
    assert f"<title>{title}" in client.get(f"/field/shell/{locale}").text


def test_there_is_no_shell_in_a_language_that_we_do_not_speak(client: FlaskClient) -> None:
    assert client.get("/field/shell/de").status_code == 404


def test_a_blank_form_is_the_same_for_everybody(sign_in: SignIn) -> None:
    wave = make.wave()
    version = make.version(wave.study)
    one, other = make.visit(make.assignment(wave)), make.visit(make.assignment(wave))
    first = sign_in(fieldworker(one)).get(form(version)).text
    assert sign_in(fieldworker(other)).get(form(version)).text == first


def test_a_blank_form_holds_no_token_and_no_visit(sign_in: SignIn) -> None:
    visit = make.visit()
    page = sign_in(fieldworker(visit)).get(form(visit.checklist_version)).text
    found = [word for word in ("csrf_token", str(visit.id), visit.store.name, "data-user") if word in page]
    assert ('id="q-greeted"' in page, found) == (True, [])


def test_a_blank_form_of_another_study_is_missing(sign_in: SignIn) -> None:
    version = make.version(make.study())
    assert sign_in(fieldworker(make.visit())).get(form(version)).status_code == 404


def test_the_version_that_a_visit_was_begun_on_stays(sign_in: SignIn) -> None:
    visit = make.visit()
    begun_on = visit.checklist_version
    make.version(visit.study)
    assert sign_in(fieldworker(visit)).get(form(begun_on)).status_code == 200


def test_a_form_speaks_the_language_of_its_address(sign_in: SignIn) -> None:
    visit = make.visit()
    page = sign_in(fieldworker(visit)).get(form(visit.checklist_version, "it")).text
    assert '<html lang="it"' in page


def test_signing_in_tells_the_phone_who_it_is(client: FlaskClient) -> None:
    user, link = people.create_user("who@example.org", Membership(Role.SHOPPER), name="Who", locale="en")
    passwords = {"password": make.PASSWORD, "again": make.PASSWORD}
    client.post(f"/account/invitation/{link}", data=passwords)
    cookie = client.get_cookie("person")
    assert cookie is not None
    assert cookie.value == str(user.id)


def test_signing_out_tells_the_phone_that_nobody_is_there(sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.SHOPPER))
    client.post("/account/sign-out")
    cookie = client.get_cookie("person")
    assert cookie is not None
    assert cookie.value == "-"
