"""What a request may bring is bounded by its page, before it is read; and what was honestly written is never lost."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.sansio import multipart
from werkzeug.test import TestResponse, encode_multipart

from fieldstudy.core.access import Role
from fieldstudy.models import User
from tests import factories as make
from tests.web.door import OURS, scene

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
FORM = "application/x-www-form-urlencoded"
SIGN_IN = "/account/sign-in"
TOO_MUCH = {"en": "It is more than this page takes", "it": "È più di quanto questa pagina accetti"}
VISIT = "/field/visits/01a21f87-0d36-7200-8372-6f4442a0ac7f"


@pytest.fixture(autouse=True)
def with_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def post(client: FlaskClient, path: str, body: bytes, kind: str = FORM, **headers: str) -> TestResponse:
    return client.post(path, data=body, content_type=kind, headers={**OURS, **headers})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        # 32 KB and a hundred fields for whoever stands at the door.
        (SIGN_IN, b"name=" + b"a" * 32 * 1024),
        (SIGN_IN, b"&".join([b"=+a+b"] * 101)),
        (SIGN_IN, b"a&" * 101),
        ("/nowhere", b"name=" + b"a" * 32 * 1024),
        # Where somebody may have been signed out while writing, more; never what files may have.
        ("/studio/clients/new", b"name=" + b"a" * 256 * 1024),
        ("/studio/clients/new", b"&".join([b"=+a+b"] * 1_001)),
        (VISIT, b"name=" + b"a" * 256 * 1024),
    ],
)
@pytest.mark.parametrize("locale", ["en", "it"])
def test_a_stranger_brings_little(client: FlaskClient, path: str, body: bytes, locale: str) -> None:
    answer = post(client, path, body, **{"Accept-Language": locale})
    assert (answer.status_code, TOO_MUCH[locale] in answer.text) == (413, True)
    assert len(answer.data) < 8 * 1024


def test_a_body_that_says_no_length_is_bounded_too(client: FlaskClient) -> None:
    stream = BytesIO(b"name=" + b"a" * 40 * 1024)
    said = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post(SIGN_IN, input_stream=stream, content_type=FORM, headers=OURS, environ_overrides=said)
    assert (answer.status_code, stream.tell() <= 33 * 1024) == (413, True)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain", FORM])
def test_the_limit_asks_for_no_kind(client: FlaskClient, kind: str) -> None:
    assert post(client, SIGN_IN, b"-" * (32 * 1024 + 1), kind).status_code == 413


def test_the_office_brings_more_and_no_end_of_it(sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.COORDINATOR, make.client()))
    token = client.get("/api/v1/session").json["token"].encode()
    sizes = (1_900 * 1024, 2 * 1024 * 1024)
    bodies = [b"csrf_token=" + token + b"&name=" + b"a" * size for size in sizes]
    bodies += [b"csrf_token=" + token + b"&a" * count for count in (4_999, 5_000)]
    # Where it fits, the page itself answers that the name is too long, or missing.
    assert [post(client, "/studio/clients/new", body).status_code for body in bodies] == [422, 413, 422, 413]


def send_visit(client: FlaskClient, path: str, count: int, text: str) -> TestResponse:
    photo = FileStorage(BytesIO(b"\xff" * 1024 * 1024), "shelf.jpg")
    fields = {f"q-{number}": f"{number}: {text}" for number in range(count)}
    boundary, body = encode_multipart({**fields, "photo-shelf": photo})
    return post(client, path, body, f'multipart/form-data; boundary="{boundary}"')


def test_a_long_visit_of_somebody_signed_out_is_given_back_whole(client: FlaskClient) -> None:
    """60 notes of 10,000 characters, the most that one may have, with a photo."""
    world = scene()
    text = "The shelf was empty, and nobody came. " * 263
    answer = send_visit(client, f"/field/visits/{world.assignment.id}", 60, text)
    assert (answer.status_code, "You are signed out" in answer.text) == (400, True)
    assert answer.text.count("<textarea") == 60
    assert all(f"{number}: {text}".strip() in answer.text for number in range(60))


@pytest.mark.parametrize("path", ["/account/profile", SIGN_IN, "/field/", "/studio/clients/new", VISIT])
@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}])
def test_the_words_of_another_site_are_not_shown_as_ours(client: FlaskClient, path: str, said: dict[str, str]) -> None:
    """A page anywhere may send a form here by itself, and have somebody read what it sent."""
    words = "Security notice: call +39 800 000 now and read out your password."
    answer = client.post(path, data={"name": words}, headers=said)
    assert (answer.status_code in (400, 405), "call +39" in answer.text) == (True, False)
    assert "What you had written" not in answer.text


def parts(count: int, said: str) -> bytes:
    head = f"Content-Disposition: form-data; {said}"
    return "".join(f'--x\r\n{head}name="q-{number}"\r\n\r\na\r\n' for number in range(count)).encode() + b"--x--\r\n"


def test_the_headers_of_parts_have_an_end(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of their parameters is costly to take apart: 128 bytes for each of 5,000 parts make 640,000."""
    taken: list[str] = []
    parse = multipart.parse_options_header
    monkeypatch.setattr(multipart, "parse_options_header", lambda value: taken.append(value) or parse(value))
    sent = parts(4_900, 'a*0="b"; ' * 40)
    answer = post(client, "/field/saved-file", sent, "multipart/form-data; boundary=x")
    assert (answer.status_code, sum(map(len, taken)) < 640_000 < len(sent)) == (413, True)


def test_as_many_honest_parts_as_a_form_may_have_are_taken(client: FlaskClient) -> None:
    name = "choice-01a21f87-0d36-7200-8372-6f4442a0ac7f"
    sent = parts(4_999, f'former="{name}"; ')
    assert post(client, "/field/saved-file", sent, "multipart/form-data; boundary=x").status_code == 400


def test_what_is_given_back_has_an_end(client: FlaskClient) -> None:
    """Ten fields of 200,000 characters are no visit: five of them make a million."""
    answer = send_visit(client, VISIT, 10, "a b " * 50_000)
    assert (answer.status_code, answer.text.count("<textarea")) == (400, 5)
