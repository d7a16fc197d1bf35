"""What travels compressed, and stays the same when it is unpacked."""

import gzip
import shutil
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.datastructures import Headers
from wtforms import ValidationError

from fieldstudy.web import compression, packing
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


FOR_EVER = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("endpoint", ["static", "bootstrap.static"])
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_file_is_kept_for_good_under_its_own_hash_alone(
    app: Flask, client: FlaskClient, endpoint: str, coding: str
) -> None:
    name = "css/office.css" if endpoint == "static" else "css/bootstrap.min.css"
    with app.test_request_context():
        address = app.jinja_env.globals["asset"](name, endpoint)  # type: ignore[operator]
    path, _, named = address.partition("?v=")
    sent = {v: fetch(client, f"{path}?v={v}" if v else path, Accept_Encoding=coding) for v in (named, "0123456789", "")}
    assert [one.status for one in sent.values()] == [200] * 3
    assert [one.headers["Cache-Control"] == FOR_EVER for one in sent.values()] == [True, False, False]
    again = fetch(client, address, Accept_Encoding=coding, If_None_Match=sent[named].headers["ETag"])
    assert (again.status, again.headers["Cache-Control"]) == (304, FOR_EVER)


UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What set-up makes, in a folder of its own."""
    static = shutil.copytree(Path(compression.SITE) / "static", tmp_path / "static")
    monkeypatch.setattr(compression, "PACKED", tmp_path / "packed")
    packing.pack(packing.contents(static), tmp_path / "packed")
    return tmp_path


@pytest.mark.parametrize("coding", UNPACK)
@pytest.mark.usefixtures("packed")
def test_what_set_up_packed_is_sent_and_is_the_file(app: Flask, client: FlaskClient, coding: str) -> None:
    """As small as it goes, which takes too long for every request."""
    with app.test_request_context():
        addresses = [SHEET, app.jinja_env.globals["asset"]("css/bootstrap.min.css", "bootstrap.static")]  # type: ignore[operator]
        addresses += [*assets.modules("js/field/form.js"), "/studio/fonts/SourceSerifPro-Semibold.otf"]
    for address in addresses:
        plain, sent = fetch(client, address).data, fetch(client, address, Accept_Encoding=coding)
        assert (UNPACK[coding](sent.data) == plain, "Accept-Encoding" in sent.headers["Vary"]) == (True, True), address
        assert sent.data == packing.WAYS[coding](plain) or len(plain) < packing.LEAST_BYTES, address


def test_set_up_packs_anew_what_changed_and_nothing_else(packed: Path) -> None:
    """A style sheet changes: two files come, two go, and the others are not made again."""
    static, folder = packed / "static", packed / "packed"
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    with (static / "css/office.css").open("a") as sheet:
        sheet.write("a { color: red; }\n")
    packing.pack(packing.contents(static), folder)
    after = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert (len(after.keys() - before.keys()), len(before.keys() - after.keys())) == (2, 2)
    assert all(before[path] == after[path] for path in before.keys() & after.keys())


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


def test_a_token_cannot_be_added_up_from_one_compressed_page_to_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is signed with its second: what two seconds share is worth nothing, whatever was read off the sizes."""
    made = []
    with app.test_request_context():
        for second in (1_000_000, 1_000_001):
            monkeypatch.setattr("itsdangerous.TimestampSigner.get_timestamp", lambda _, second=second: second)
            g.pop("csrf_token", None)
            made.append(generate_csrf())
        (same, _, first), (also_same, moment, other) = (token.rsplit(".", 2) for token in made)
        assert (same == also_same, first == other) == (True, False)
        g.pop("csrf_token", None)
        validate_csrf(made[1])
        with pytest.raises(ValidationError):
            validate_csrf(f"{same}.{moment}.{first}")
