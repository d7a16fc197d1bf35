"""Bodies in chunks that nobody can read: gunicorn takes them apart while the application reads."""

import socket
from http.client import HTTPResponse
from uuid import uuid4

from flask import Flask

from fieldstudy.core.access import Role
from tests import factories as make
from tests import phone, processes

DATABASES = ("sqlite",)
CHUNKS = {
    "no number": b"zz\r\nx=1\r\n0\r\n\r\n",
    "negative": b"-5\r\nabcde\r\n0\r\n\r\n",
    "empty": b"\r\n\r\n",
    "underscore": b"1_0\r\n0123456789abcdef\r\n0\r\n\r\n",
    "no line end": b"2\r\nabXX0\r\n\r\n",
    "bad extension": b"2;\x00=\r\nab\r\n0\r\n\r\n",
    "bad trailer": b"0\r\nbad trailer\r\n\r\n",
    "endless size": b"0" * 20_000,
    "endless trailer": b"0\r\n" + b"a: b\r\n" * 200_000,
}
FORM, JSON, BYTES = "application/x-www-form-urlencoded", "application/json", "application/octet-stream"


def doors() -> list[tuple[str, str, str]]:
    return [
        ("POST", "/account/sign-in", FORM),
        ("POST", "/account/profile", "multipart/form-data; boundary=x"),
        ("POST", "/nowhere", FORM),
        ("POST", "/api/v1/session", JSON),
        ("PUT", f"/api/v1/drafts/{uuid4()}", JSON),
        ("PUT", f"/api/v1/visits/{uuid4()}", JSON),
        ("PUT", f"/api/v1/media/{uuid4()}", BYTES),
    ]


def send(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> int:
    named = {"Host": "127.0.0.1", "Transfer-Encoding": "chunked", **headers}
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""])
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        with HTTPResponse(line) as answer:
            answer.begin()
            answer.read()
            return answer.status


def test_none_is_an_error_of_ours(app: Flask) -> None:
    """One at every door, and each of them where a form, and where a piece of a photo is read."""
    app.config["WTF_CSRF_ENABLED"] = True
    user = make.user(Role.SHOPPER, make.client())
    with processes.server(app) as server:
        one = phone.Phone(server.address, phone.cookie_of(app, user))
        one.session()
        more = {**one.own_headers("PUT"), "Content-Range": "bytes 0-99/100", "Upload-Sha256": "0" * 64}
        found = {
            (path, name): send(server.port, method, path, {**more, "Content-Type": kind}, body)
            for method, path, kind in doors()
            for name, body in CHUNKS.items()
            if name == "no number" or path == "/account/sign-in" or kind == BYTES
        }
        log = processes.log_of(app, "server").read_text()
    assert {case: status for case, status in found.items() if not 400 <= status < 500} == {}
    assert "unexpected error" not in log
