"""People read times by the clock of their installation, which is named."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.config import SITE
from fieldstudy.core.access import Role
from fieldstudy.core.factors import Change
from fieldstudy.extensions import db
from fieldstudy.models import Session, User
from fieldstudy.reports import account_letters
from fieldstudy.web import clock
from tests import factories as make

DATABASES = ("sqlite",)
LATE = datetime(2025, 7, 1, 22, 30, tzinfo=UTC)
"""In Rome the next day has begun."""


@pytest.fixture
def set_zone(app: Flask) -> Iterator[Callable[[str], None]]:
    config = app.extensions["fieldstudy"]

    def set_to(zone: str) -> None:
        app.extensions["fieldstudy"] = replace(config, time_zone=zone)

    yield set_to
    app.extensions["fieldstudy"] = config


@pytest.mark.parametrize(
    ("zone", "moment", "named"),
    [
        ("Europe/Rome", "2 Jul 2025, 00:30", "Times are in Rome time."),
        ("Asia/Tokyo", "2 Jul 2025, 07:30", "Times are in Tokyo time."),
        ("UTC", "1 Jul 2025, 22:30", "Times are in UTC."),
    ],
)
def test_sessions_are_told_by_the_clock_of_the_place(
    app: Flask,
    sign_in: Callable[[User], FlaskClient],
    set_zone: Callable[[str], None],
    zone: str,
    moment: str,
    named: str,
) -> None:
    set_zone(zone)
    anna = make.user(Role.COORDINATOR)
    client = sign_in(anna)
    client.get("/account/")
    row = db.session.scalars(db.select(Session).where(Session.user_id == anna.id)).one()
    row.created_at = LATE
    db.session.commit()
    page = client.get("/account/").text
    assert moment in page
    assert named in page


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "2 July 2025, 00:30 (Rome time)"), ("it", "2 luglio 2025, 00:30 (ora di Roma)")]
)
def test_an_e_mail_names_the_clock(app: Flask, locale: str, said: str) -> None:
    """An end and a past moment alike; nothing is told in UTC."""
    user = make.user(Role.COORDINATOR)
    user.locale = locale
    at = clock.local(LATE)
    told = [
        account_letters.password_changed(user, "a@b.it", at, "https://f.example"),
        *(account_letters.factors_changed(user, "a@b.it", at, change, "https://f.example") for change in Change),
    ]
    texts = [" ".join(message.get_content().split()) for message in told]
    assert [text for text in texts if said not in text or "UTC" in text] == []


UNNAMED = re.compile(
    r"words\.(?:(?!moment_there)\w*moment\w*|\w*day|clock)\((?!here\(|local\(|tell\.local\()[\w.\[\]]*_at\b"
)


@pytest.mark.parametrize("path", sorted((SITE / "templates").rglob("*.html")), ids=str)
def test_no_template_tells_a_moment_as_the_database_keeps_it(path: Path) -> None:
    text = path.read_text()
    assert UNNAMED.findall(text) == []
    assert "UTC" not in text
