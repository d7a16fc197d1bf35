"""A client's colour and logo: set by its coordinator, refused where it cannot be read, shown to its managers."""

import io
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.exchange import child
from fieldstudy.extensions import db
from fieldstudy.models import Client, User
from fieldstudy.services import studies
from tests import factories as make
from tests.papers import do_all_jobs

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)


def coordinator(client: Client) -> User:
    return make.user(Role.COORDINATOR, client)


def kept(client: Client) -> tuple[str, str]:
    """As the database has it now."""
    db.session.rollback()
    query = db.select(Client.accent, Client.logo_sha256).where(Client.id == client.id)
    row = db.session.execute(query).one()
    return row.accent, row.logo_sha256


def test_an_accent_is_kept(sign_in: SignIn) -> None:
    client = make.client()
    answer = sign_in(coordinator(client)).post(f"/studio/clients/{client.id}/brand", data={"accent": "#7A1F3D "})
    assert (answer.status_code, kept(client)) == (303, ("#7a1f3d", ""))


def test_a_logo_that_nobody_could_open_just_now_loses_no_colour(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make.client()
    monkeypatch.setattr(child, "_line", threading.BoundedSemaphore(1))
    with child._line:
        data = {"accent": "#7a1f3d", "logo": (io.BytesIO(make.picture_bytes()), "logo.jpg")}
        answer = sign_in(coordinator(client)).post(f"/studio/clients/{client.id}/brand", data=data)
    assert (answer.status_code, kept(client)) == (422, ("", ""))
    assert "Other files are being opened just now." in answer.text
    assert 'value="#7a1f3d"' in answer.text


def test_a_pale_accent_is_refused_with_its_contrast(sign_in: SignIn) -> None:
    """White on #ffcc00: luminance 0.65, contrast 1.51."""
    client = make.client()
    answer = sign_in(coordinator(client)).post(f"/studio/clients/{client.id}/brand", data={"accent": "#ffcc00"})
    assert (answer.status_code, kept(client)) == (422, ("", ""))
    assert "its contrast is 1.51 to 1, and 4.5 to 1 is the least" in answer.text
    assert 'value="#ffcc00"' in answer.text


def test_what_is_no_colour_is_refused(sign_in: SignIn) -> None:
    client = make.client()
    answer = sign_in(coordinator(client)).post(f"/studio/clients/{client.id}/brand", data={"accent": "teal"})
    assert (answer.status_code, "#0a635e" in answer.text) == (422, True)


def test_a_logo_is_made_anew_and_can_be_taken_away(sign_in: SignIn) -> None:
    client = make.client()
    browser, path = sign_in(coordinator(client)), f"/studio/clients/{client.id}"
    browser.post(f"{path}/brand", data={"logo": (io.BytesIO(make.picture_bytes()), "logo.jpg")})
    shown = browser.get(f"{path}/logo")
    assert (shown.status_code, shown.mimetype, shown.data != make.picture_bytes()) == (200, "image/jpeg", True)
    browser.post(f"{path}/brand", data={"is_removed": "y"})
    assert browser.get(f"{path}/logo").status_code == 404


def test_a_file_that_is_no_picture_changes_nothing(sign_in: SignIn) -> None:
    client = make.client()
    data = {"accent": "#7a1f3d", "logo": (io.BytesIO(b"<svg onload=alert(1)>"), "logo.svg")}
    answer = sign_in(coordinator(client)).post(f"/studio/clients/{client.id}/brand", data=data)
    assert (answer.status_code, kept(client)) == (422, ("", ""))


def test_managers_see_it_on_their_pages_and_on_paper(app: Flask, sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    client = wave.study.client
    studies.set_accent(client, "#7a1f3d", None)
    studies.set_logo(client, make.picture("maroon"), None)
    browser = sign_in(make.user(Role.MANAGER, client))
    assert f"/manager/clients/{client.id}/accent.css" in browser.get(f"/manager/waves/{wave.id}").text
    sheet = browser.get(f"/manager/clients/{client.id}/accent.css")
    assert (sheet.mimetype, "--teal: #7a1f3d" in sheet.text) == ("text/css", True)
    assert f"/manager/clients/{client.id}/logo" in browser.get(f"/manager/stores/{make.edition(wave, 'AA').id}").text
    do_all_jobs(app)
    paper = browser.get(f"/manager/stores/{make.edition(wave, 'AA').id}/report.pdf")
    assert paper.data[:5] == b"%PDF-"
