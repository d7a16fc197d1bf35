"""What travels compressed, and stays the same when it is unpacked."""

import gzip
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from fieldstudy.web.field import assets

DATABASES = ("sqlite",)
SHEET = "/static/css/office.css"


def form_script(app: Flask) -> str:
    with app.test_request_context():
        return assets.address("js/field/form.js")


def test_a_page_is_compressed_for_whoever_can_read_it(client: FlaskClient) -> None:
    plain = client.get("/account/sign-in")
    sent = client.get("/account/sign-in", headers={"Accept-Encoding": "gzip"})
    assert ("Content-Encoding" in plain.headers, sent.headers["Content-Encoding"]) == (False, "gzip")
    assert gzip.decompress(sent.data).decode().startswith("<!doctype html>")


@dataclass(frozen=True)
class Sent:
    status: int
    headers: Headers
    data: bytes


def fetch(client: FlaskClient, address: str, **headers: str) -> Sent:
    with client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        return Sent(answer.status_code, answer.headers, answer.data)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_style_sheets_travel_small(client: FlaskClient, coding: str) -> None:
    plain, sent = fetch(client, SHEET), fetch(client, SHEET, Accept_Encoding=coding)
    assert (sent.headers["Content-Encoding"], len(sent.data) * 3 < len(plain.data)) == (coding, True)
    assert "Accept-Encoding" in sent.headers["Vary"]


def test_a_script_of_the_field_unpacks_to_itself(app: Flask, client: FlaskClient) -> None:
    address = form_script(app)
    sent = fetch(client, address, Accept_Encoding="gzip")
    assert gzip.decompress(sent.data) == fetch(client, address).data


def test_a_sheet_that_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    first = fetch(client, SHEET, Accept_Encoding="br")
    assert fetch(client, SHEET, Accept_Encoding="br", If_None_Match=first.headers["ETag"]).status == 304


def test_pictures_are_left_as_they_are(client: FlaskClient) -> None:
    assert "Content-Encoding" not in fetch(client, "/static/img/icon-512.png", Accept_Encoding="gzip").headers


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("br;q=0", ""),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0.1", "gzip"),
        ("BR;Q=0", ""),
        ("gzip;q=0, zstd;q=0, br;q=0, deflate;q=0", ""),
        ("gzip;q=0.2, br;q=0.9", "br"),
        ("zstd;q=0, br;q=0, deflate;q=0, *", "gzip"),
        ("*;q=0", ""),
        ("*;q=0, gzip", "gzip"),
        ("identity;q=0", ""),
        ("identity;q=0, gzip", "gzip"),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip", "gzip"),
        ("", ""),
        (";;;", ""),
        ("br;q=nan", ""),
        ("br;q=-1", ""),
        ("gzip\u00e9, =, q=0;br", ""),
        ("x" * 8000 + ";q=0.5, gzip;q=0.3", "gzip"),
    ],
)
def test_a_coding_that_is_refused_is_not_sent(client: FlaskClient, asked: str, coding: str) -> None:
    for address in (SHEET, "/account/sign-in"):
        sent = fetch(client, address, Accept_Encoding=asked)
        assert (sent.status, sent.headers.get("Content-Encoding", "")) == (200, coding)
