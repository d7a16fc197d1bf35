"""Which hosts are answered, what proxies are believed, and where links that leave the pages begin."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.core.access import Role
from tests import factories as make
from tests.conftest import KEY

SignIn = Callable[..., FlaskClient]
DATABASES = ("sqlite",)
EVIL = {"Host": "evil.example:8041"}
PAGE = "/account/sign-in"


def application(folder: Path, **settings: str) -> Flask:
    given = {"FIELDSTUDY_DATA": str(folder), "SECRET_KEY": KEY, "FIELDSTUDY_URL": "https://field.example", **settings}
    return create_app(Config.from_environment(given), testing=True)


def test_an_invitation_link_begins_with_our_address(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host that the request names is anybody's word: it would send the token, and the person, elsewhere."""
    lume = make.client("Lume")
    coordinator = sign_in(make.user(Role.COORDINATOR, lume))
    data = {"email": "new@example.org", "name": "Nora", "role": "observer", "region": "", "store": ""}
    # Below the test client, which would not send the cookie there.
    inner = app.wsgi_app
    monkeypatch.setattr(app, "wsgi_app", lambda environ, start: inner({**environ, "HTTP_HOST": EVIL["Host"]}, start))
    page = coordinator.post(f"/studio/clients/{lume.id}/people/new", data=data).text
    found = re.search(r'value="([^"]+)/account/invitation/[^"]+"', page)
    assert found is not None
    assert (found[1], "evil.example" in page) == ("http://127.0.0.1:8000", False)


HOSTS = {
    "ours": ("field.example", {}, True),
    "ours with a port": ("field.example:443", {}, True),
    "the machine's own name": ("localhost:8000", {}, True),
    "the machine's own address": ("127.0.0.1:8000", {}, True),
    "another": ("evil.example", {}, False),
    "one that ends like ours": ("evilfield.example", {}, False),
    "one below ours": ("a.field.example", {}, False),
    "another that was named": ("b.example", {"TRUSTED_HOSTS": "a.example, b.example"}, True),
    "ours where others were named": ("field.example", {"TRUSTED_HOSTS": "a.example"}, False),
    "one below a name with a dot": ("x.a.example", {"TRUSTED_HOSTS": ".A.example"}, True),
    "any in the demo": ("192.168.1.20:8443", {"FIELDSTUDY_DEMO": "1"}, True),
}


@pytest.mark.parametrize(("host", "settings", "answered"), HOSTS.values(), ids=HOSTS)
def test_only_known_hosts_are_answered(tmp_path: Path, host: str, settings: dict[str, str], answered: bool) -> None:
    client = application(tmp_path, **settings).test_client()
    for path in ("/static/css/tokens.css", "/no/such/page", "/api/v1/no/such/door"):
        with client.get(path, headers={"Host": host}) as answer:
            assert (path, answer.status_code != 400) == (path, answered)


def test_the_refusal_of_a_host_is_a_sentence_or_a_word(tmp_path: Path) -> None:
    client = application(tmp_path).test_client()
    page, word = client.get(PAGE, headers=EVIL), client.get("/api/v1/session", headers=EVIL)
    assert (page.status_code, page.mimetype, "evil.example" in page.text) == (400, "text/plain", False)
    assert (word.status_code, word.json) == (400, {"error": "not_understood"})


@pytest.mark.parametrize("host", ["a..b", ".a", "a" * 64, "a" * 64 + ".example:8000"])
@pytest.mark.parametrize("path", [PAGE, "/static/css/tokens.css", "/healthz", "/no/such/page", "/api/v1/session"])
def test_a_host_that_no_network_could_have_is_refused_in_words(tmp_path: Path, host: str, path: str) -> None:
    app = application(tmp_path, FIELDSTUDY_DEMO="1")
    app.testing = False
    with app.test_client().get(path, headers={"Host": host}, environ_overrides={"HTTP_HOST": host}) as answer:
        assert (answer.status_code, bool(answer.data), host in answer.text) == (400, True, False)


HTTPS = {"Host": "field.example", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "headers", "kept"),
    [("1", HTTPS, True), ("0", HTTPS, False), ("1", {"Host": "field.example"}, False)],
    ids=["a proxy that ends TLS", "nobody who would be believed", "a proxy on plain HTTP"],
)
def test_browsers_are_told_to_stay_with_https(
    tmp_path: Path, proxies: str, headers: dict[str, str], kept: bool
) -> None:
    client = application(tmp_path, TRUSTED_PROXIES=proxies).test_client()
    with client.get("/static/css/tokens.css", headers=headers) as answer:
        assert ("Strict-Transport-Security" in answer.headers) is kept


ADDRESSES = [
    ("0", "203.0.113.7", "10.0.0.1"),
    ("1", "203.0.113.7", "203.0.113.7"),
    ("1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
    ("2", "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
    ("1", "", "10.0.0.1"),
]


@pytest.mark.parametrize(("proxies", "forwarded", "seen"), ADDRESSES)
def test_only_what_our_proxies_say_of_addresses_is_believed(
    tmp_path: Path, proxies: str, forwarded: str, seen: str
) -> None:
    """Whatever stands before it in the header was written by whoever asks."""
    app = application(tmp_path, TRUSTED_PROXIES=proxies)
    found: list[str | None] = []
    app.before_request(lambda: found.append(request.remote_addr))
    headers = {"Host": "field.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": forwarded}
    peer = {"REMOTE_ADDR": "10.0.0.1"}
    with app.test_client().get("/static/css/tokens.css", headers=headers, environ_base=peer) as answer:
        assert (answer.status_code, found) == (200, [seen])
