"""Whoever owns an account hears by mail when its second factors change."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.models import User
from fieldstudy.services import factors, recovery_codes
from tests import factories as make
from tests.factors import protect
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)


@pytest.fixture
def anna(app: Flask) -> Iterator[User]:
    """In the demo letters are files."""
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, is_demo=True, url="https://study.example")
    for old in (config.data / "mail").glob("*.eml"):
        old.unlink()
    yield make.user(Role.COORDINATOR, email="anna@example.org")
    app.extensions["fieldstudy"] = config


def letters(app: Flask) -> list[tuple[str, str, str]]:
    do_all_jobs(app)
    found = []
    for path in sorted((app.extensions["fieldstudy"].data / "mail").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        found.append((message["To"], message["Subject"], message.get_content()))
    return found


def test_every_change_has_its_letter(app: Flask, anna: User) -> None:
    protect(anna)
    recovery_codes.replace(anna, None)
    factors.remove_authenticator(anna, None)
    factors.lift(anna, None)
    told = letters(app)
    assert {to for to, _, _ in told} == {"anna@example.org"}
    assert sorted(subject for _, subject, _ in told) == [
        "A second factor was added",
        "A second factor was removed",
        "You have new recovery codes",
        "Your second factors were taken away",
    ]
    assert all("https://study.example/account/second-factor" in text for _, _, text in told)


def test_no_letter_holds_a_secret(app: Flask, anna: User) -> None:
    codes = protect(anna)
    assert [code for code in codes for _, _, text in letters(app) if code in text] == []


def test_the_letter_is_in_the_language_of_its_reader(app: Flask, anna: User) -> None:
    anna.locale = "it"
    protect(anna)
    assert [subject for _, subject, _ in letters(app)] == ["Hai un nuovo secondo fattore"]
