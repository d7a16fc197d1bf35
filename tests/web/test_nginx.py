"""What deploy/nginx.conf does beside waiting for slow phones: Debian's nginx, before the real server."""

import gzip
import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import pytest
from flask import Flask

from fieldstudy.config import UPLOAD_LIMIT_BYTES
from tests import nginx, processes
from tests.nginx import Front

DATABASES = ("sqlite",)
SHEET = "/static/css/office.css"


@pytest.fixture
def front(app: Flask) -> Iterator[Front]:
    with processes.server(app, TRUSTED_PROXIES="1") as server, nginx.front(server.port) as made:
        yield made


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(front: Front, method: str, path: str, **headers: str) -> Answer:
    connection = http.client.HTTPSConnection("127.0.0.1", front.port, context=front.trust, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return found


def test_plain_http_leads_to_https(front: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.plain_port, timeout=30)
    connection.request("GET", "/account/sign-in?next=/field/")
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (301, "https://127.0.0.1/account/sign-in?next=/field/")


def test_the_api_is_not_led_from_http_to_https(front: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.plain_port, timeout=30)
    connection.request("GET", "/api/v1/session")
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (403, None)


def _said(to: socket.socket) -> bytes:
    """A request whose end can be found in two ways, with another one hidden in what one of them leaves over."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    head = f"POST /account/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(hidden) + 5}\r\n"
    to.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden)
    to.settimeout(10)
    found = b""
    with suppress(TimeoutError, ConnectionError):
        while more := to.recv(65536):
            found += more
    return found


def test_a_request_with_two_ends_is_refused(app: Flask, front: Front) -> None:
    """By nginx, and by the server behind it as well: neither answers what is hidden in it."""
    with (
        socket.create_connection(("127.0.0.1", front.port)) as raw,
        front.trust.wrap_socket(raw, server_hostname="127.0.0.1") as tls,
    ):
        assert _said(tls).startswith(b"HTTP/1.1 400")
    with socket.create_connection(("127.0.0.1", front.server_port)) as raw:
        answers = _said(raw)
    assert (answers.startswith(b"HTTP/1.1 4"), answers.count(b"HTTP/1.1")) == (True, 1)


def test_a_page_knows_that_it_came_over_tls_and_names_no_version(front: Front) -> None:
    page = ask(front, "GET", "/account/sign-in")
    assert (page.status, page.headers["Server"]) == (200, "nginx")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_nobody_says_by_himself_where_he_asks_from(app: Flask, front: Front) -> None:
    """The log of what was refused holds the address that nginx saw."""
    ask(front, "POST", "/account/sign-in", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="http")
    lines = [json.loads(line) for line in processes.log_of(app, "server").read_text().splitlines() if line[:1] == "{"]
    assert [line["address"] for line in lines if line.get("verb")][-1] == "127.0.0.1"


def test_it_takes_as_much_as_the_application_and_no_more(front: Front) -> None:
    size = re.search(r"client_max_body_size (\d+)m;", nginx.EXAMPLE.read_text())
    assert size is not None
    assert int(size[1]) * 1024 * 1024 == UPLOAD_LIMIT_BYTES
    assert ask(front, "POST", "/account/sign-in", Content_Length=str(UPLOAD_LIMIT_BYTES + 1)).status == 413


def test_static_files_come_from_the_disk_with_the_headers_of_the_application(front: Front) -> None:
    """The application numbers each of its answers."""
    sheet, page = ask(front, "GET", f"{SHEET}?v=1"), ask(front, "GET", "/account/sign-in")
    assert ("X-Request-ID" in sheet.headers, "X-Request-ID" in page.headers) == (False, True)
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ask(front, "GET", SHEET).headers["Cache-Control"] == "no-cache"
    same = ("Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy")
    assert [sheet.headers[name] for name in same] == [page.headers[name] for name in same]
    assert "default-src 'none'" in sheet.headers["Content-Security-Policy"]


def test_static_files_travel_as_set_up_packed_them(front: Front) -> None:
    plain, sent = ask(front, "GET", SHEET), ask(front, "GET", SHEET, Accept_Encoding="gzip, br")
    assert (sent.headers["Content-Encoding"], sent.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert (gzip.decompress(sent.body), len(sent.body) * 3 < len(plain.body)) == (plain.body, True)


def test_nothing_outside_the_folder_is_served(front: Front) -> None:
    for path in ("/static/../README.md", "/static../README.md", "/static/%2e%2e/README.md", "/static/css/"):
        assert ask(front, "GET", path).status in (400, 403, 404), path


SECRET = "Zq3tV9sXk2mR8pLw5yB7nC4dF6gH1jK0aEuIoTrSvYx"
"""As long as that of a link: 32 bytes in base64."""


def test_no_log_holds_the_secret_of_a_link_however_it_is_written(front: Front) -> None:
    begins = ("/account/invitation/", "/ACCOUNT/invitation/", "/account/invitation/../", "//account//invitation/")
    more = ("/account%2finvitation/", "/%61ccount/./invitation%2F", "/", "/x/", "/account/", "/account/INVITATION/a/")
    for begin in (*begins, *more):
        ask(front, "GET", f"{begin}{SECRET}")
        ask(front, "GET", f"{begin}{SECRET}/?q={SECRET}")
    logged = front.log.read_text() + front.error_log.read_text()
    assert (SECRET in logged, logged.count("\n")) == (False, 20), logged


def test_nor_does_that_of_errors(front: Front) -> None:
    """Of a body that is too large, and of whoever has more than a hundred requests under way."""
    path = f"/account/invitation/{SECRET}"
    assert ask(front, "POST", path, Content_Length=str(UPLOAD_LIMIT_BYTES + 1)).status == 413
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n".encode()
    with ExitStack() as kept:
        for _ in range(100):
            line = kept.enter_context(socket.create_connection(("127.0.0.1", front.port)))
            kept.enter_context(front.trust.wrap_socket(line, server_hostname="127.0.0.1")).sendall(head)
        assert ask(front, "GET", path).status == 503
    errors, lines = front.error_log.read_text(), front.log.read_text()
    assert (SECRET in errors + lines, '"GET /account/invitation/..." 503 - ' in lines) == (False, True), errors


def test_no_secret_of_a_link_is_logged(front: Front) -> None:
    ask(front, "GET", "/account/invitation/very-secret?token=more-secret")
    ask(front, "GET", "/account/sign-in?email=anna@example.org")
    text = front.log.read_text()
    assert ("secret" in text, "anna" in text, '"GET /account/invitation/..."' in text) == (False, False, True), text
