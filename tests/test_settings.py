"""A wrong setting stops the start: it is named, with what is allowed, in one plain line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from fieldstudy.app import create_app
from fieldstudy.cli import main
from fieldstudy.config import Config
from fieldstudy.settings import SettingsAreWrong
from tests import servers, settings_page

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
KEY = "0123456789abcdef" * 2
OTHER_KEY = "fedcba9876543210" * 2


@pytest.fixture
def right(tmp_path: Path) -> dict[str, str]:
    """Nothing is wrong here."""
    return {"FIELDSTUDY_DATA": str(tmp_path), "SECRET_KEY": KEY, "FIELDSTUDY_URL": "https://field.example"}


def wrong(settings: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsAreWrong) as caught:
        Config.from_environment(settings)
    return list(caught.value.lines)


AT_HOME = {"FIELDSTUDY_INSECURE_COOKIES": "1"}
DEMO = {"FIELDSTUDY_DEMO": "1"}
REFUSED = {
    "no key": ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
    "a key of one letter": ({"SECRET_KEY": "m"}, "SECRET_KEY is 1 byte long"),
    "a key of 31 bytes": ({"SECRET_KEY": "k" * 31}, "SECRET_KEY is 31 bytes long"),
    "a short former key": ({"SECRET_KEY_FALLBACKS": f"{OTHER_KEY},short"}, "SECRET_KEY_FALLBACKS"),
    "a former key that is empty": ({"SECRET_KEY_FALLBACKS": f"{OTHER_KEY},"}, "SECRET_KEY_FALLBACKS"),
    "a database of nonsense": ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
    "a database of another kind": ({"DATABASE_URL": "mysql://host/name"}, "DATABASE_URL begins with mysql://"),
    "another driver": ({"DATABASE_URL": "postgresql://host/name"}, "DATABASE_URL begins with postgresql://"),
    "a database that ends with the process": ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL names no file"),
    "a database in no folder": ({"DATABASE_URL": "sqlite:////no/such/x.sqlite"}, "DATABASE_URL names a file in '/no"),
    "a database on another machine": (
        {"DATABASE_URL": "postgresql+psycopg://me@host/name"},
        "DATABASE_URL names a data",
    ),
    "a database that is not verified": (
        {"DATABASE_URL": "postgresql+psycopg://me@host/name?sslmode=require"},
        "DATABASE_URL names a database",
    ),
    "a host in the query": ({"DATABASE_URL": "postgresql+psycopg:///name?host=db"}, "DATABASE_URL names a database on"),
    "a Redis on another machine": ({"REDIS_URL": "redis://host/0"}, "REDIS_URL names a Redis on another machine"),
    "a network of sorts": ({"FIELDSTUDY_TRUSTED_NETWORK": "lan"}, "FIELDSTUDY_TRUSTED_NETWORK is 'lan'"),
    "a secret in no file": ({"SMTP_URL_FILE": "/no/such/file"}, "SMTP_URL cannot be read from SMTP_URL_FILE='/no/su"),
    "a secret in a folder": ({"SMTP_URL_FILE": "/"}, "SMTP_URL cannot be read from SMTP_URL_FILE='/': "),
    "a secret in an empty file": ({"SMTP_URL_FILE": "/dev/null"}, "SMTP_URL is empty in SMTP_URL_FILE='/dev/null'"),
    "a secret twice": ({"SECRET_KEY_FILE": "/dev/null"}, "SECRET_KEY is set, and SECRET_KEY_FILE too"),
    "an address of script": ({"FIELDSTUDY_URL": "javascript:x"}, "FIELDSTUDY_URL begins with javascript:"),
    "no address": ({"FIELDSTUDY_URL": ""}, "FIELDSTUDY_URL is not set"),
    "an address without a scheme": ({"FIELDSTUDY_URL": "field.example"}, "FIELDSTUDY_URL has no scheme"),
    "an address without a host": ({"FIELDSTUDY_URL": "https://"}, "FIELDSTUDY_URL"),
    "an address with a path": ({"FIELDSTUDY_URL": "https://field.example/x"}, "FIELDSTUDY_URL"),
    "an address with a person": ({"FIELDSTUDY_URL": "https://me@field.example"}, "FIELDSTUDY_URL"),
    "a port that is none": ({"FIELDSTUDY_URL": "https://field.example:x"}, "FIELDSTUDY_URL is no address"),
    "a broken address": ({"FIELDSTUDY_URL": "https://[x"}, "FIELDSTUDY_URL is no address"),
    "plain HTTP in life": ({"FIELDSTUDY_URL": "http://field.example"}, "FIELDSTUDY_URL is 'http://field.example'"),
    "data below a file": ({"FIELDSTUDY_DATA": f"{__file__}/data"}, "FIELDSTUDY_DATA"),
    "a queue of another kind": ({"REDIS_URL": "http://host"}, "REDIS_URL begins with http:"),
    "a queue nowhere": ({"REDIS_URL": "redis:///0"}, "REDIS_URL names no server"),
    "a queue that does not answer": ({"REDIS_URL": "unix:///no/such/socket"}, "REDIS_URL names a Redis that does not"),
    "a time zone that is none": ({"FIELDSTUDY_TIMEZONE": "Rome"}, "FIELDSTUDY_TIMEZONE is 'Rome'"),
    "a time zone that nobody knows": ({"FIELDSTUDY_TIMEZONE": "Etc/GMT+3"}, "FIELDSTUDY_TIMEZONE is 'Etc/GMT+3'"),
    "letters by FTP": ({"SMTP_URL": "ftp://x"}, "SMTP_URL begins with ftp:"),
    "letters with an open password": ({"SMTP_URL": "smtp://me:hunter2@host:587"}, "SMTP_URL would send its password"),
    "letters to nowhere": ({"SMTP_URL": "smtp://"}, "SMTP_URL names no server"),
    "letters with an unknown wish": ({"SMTP_URL": "smtp://host?tls"}, "SMTP_URL"),
    "a sender without an address": ({"MAIL_FROM": "x"}, "MAIL_FROM is 'x'"),
    "a sender of two lines": ({"MAIL_FROM": "a@b.it\nBcc: c@d.it"}, "MAIL_FROM"),
    "a lease in words": ({"FIELDSTUDY_LEASE_SECONDS": "abc"}, "FIELDSTUDY_LEASE_SECONDS is 'abc'"),
    "a lease below nothing": ({"FIELDSTUDY_LEASE_SECONDS": "-5"}, "FIELDSTUDY_LEASE_SECONDS is -5"),
    "a lease that is no number": ({"FIELDSTUDY_LEASE_SECONDS": "nan"}, "FIELDSTUDY_LEASE_SECONDS is nan"),
    "a lease without an end": ({"FIELDSTUDY_LEASE_SECONDS": "inf"}, "FIELDSTUDY_LEASE_SECONDS is inf"),
    "hosts with an address": ({"TRUSTED_HOSTS": "a.example,https://b.example"}, "TRUSTED_HOSTS names 'https://b"),
    "hosts of which one is empty": ({"TRUSTED_HOSTS": "a.example,"}, "TRUSTED_HOSTS names ''"),
    "any host": ({"TRUSTED_HOSTS": "*"}, "TRUSTED_HOSTS names '*'"),
    "proxies in words": ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES is 'one'"),
    "fewer proxies than none": ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is '-1'"),
    "a crowd of proxies": ({"TRUSTED_PROXIES": "10"}, "TRUSTED_PROXIES is '10'"),
    "no port": ({"FIELDSTUDY_BIND": "127.0.0.1"}, "FIELDSTUDY_BIND is '127.0.0.1'"),
    "a port too high": ({"FIELDSTUDY_BIND": "127.0.0.1:65536"}, "FIELDSTUDY_BIND is '127.0.0.1:65536'"),
    "a socket nowhere": ({"FIELDSTUDY_BIND": "unix:/no/such/socket"}, "FIELDSTUDY_BIND is 'unix:/no/such/socket'"),
    "nobody who answers": ({"FIELDSTUDY_PROCESSES": "0"}, "FIELDSTUDY_PROCESSES is '0'"),
    "a crowd that answers": ({"FIELDSTUDY_PROCESSES": "65"}, "FIELDSTUDY_PROCESSES is '65'"),
    "a demo of sorts": ({"FIELDSTUDY_DEMO": "yes"}, "FIELDSTUDY_DEMO is 'yes'"),
    "cookies of sorts": ({"FIELDSTUDY_INSECURE_COOKIES": "true"}, "FIELDSTUDY_INSECURE_COOKIES is 'true'"),
}


@pytest.mark.parametrize(("settings", "says"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_setting_is_named(right: dict[str, str], settings: dict[str, str], says: str) -> None:
    lines = wrong(right | settings)
    assert (len(lines), lines[0].startswith(says), "; allowed: " in lines[0]) == (1, True, True), lines


ACCEPTED = {
    "a key of 32 bytes": {},
    "a key of 32 bytes in 16 letters": {"SECRET_KEY": "è" * 16},
    "former keys": {"SECRET_KEY_FALLBACKS": f"{OTHER_KEY}, {KEY}"},
    "PostgreSQL": {"DATABASE_URL": "postgresql+psycopg://me:secret@host:5432/name?sslmode=verify-full"},
    "PostgreSQL on this machine": {"DATABASE_URL": "postgresql+psycopg://me:secret@127.0.0.1/name"},
    "PostgreSQL through a socket": {"DATABASE_URL": "postgresql+psycopg:///name?host=/run/postgresql"},
    "PostgreSQL in a network of one's own": {
        "DATABASE_URL": "postgresql+psycopg://me:secret@db/name",
        "FIELDSTUDY_TRUSTED_NETWORK": "1",
    },
    "an address with a port": {"FIELDSTUDY_URL": "https://field.example:8443"},
    "plain HTTP at home": {"FIELDSTUDY_URL": "http://192.168.1.20:8000", **AT_HOME},
    "no address at home": {"FIELDSTUDY_URL": "", **AT_HOME},
    "a demo without anything": {"SECRET_KEY": "", "FIELDSTUDY_URL": "", **DEMO},
    "another time zone": {"FIELDSTUDY_TIMEZONE": "America/New_York"},
    "times in UTC": {"FIELDSTUDY_TIMEZONE": "UTC"},
    "addresses of the own network": {"MAIL_DOMAINS": "intranet.local, .intranet.local"},
    "letters": {"SMTP_URL": "smtp://me:secret@host:587?starttls", "MAIL_FROM": "Anna Bianchi <anna@example.org>"},
    "letters with a password, here": {"SMTP_URL": "smtp://me:secret@localhost:2525"},
    "letters over TLS": {"SMTP_URL": "smtps://host", "MAIL_FROM": "anna@localhost"},
    "a place to listen": {"FIELDSTUDY_BIND": "[::1]:8080", "FIELDSTUDY_PROCESSES": "64"},
    "a socket to listen": {"FIELDSTUDY_BIND": "unix:/tmp/fieldstudy.sock"},
    "a short lease": {"FIELDSTUDY_LEASE_SECONDS": "1.5"},
}


@pytest.mark.parametrize("settings", ACCEPTED.values(), ids=ACCEPTED)
def test_a_right_setting_is_not(right: dict[str, str], settings: dict[str, str]) -> None:
    assert Config.from_environment(right | settings).data == Path(right["FIELDSTUDY_DATA"])


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with servers.redis_url() as url:
        yield url


def test_a_queue_that_answers_is_taken(right: dict[str, str], redis: str) -> None:
    assert Config.from_environment({**right, "REDIS_URL": redis}).redis_url == redis


SECRETS = {
    "SECRET_KEY": "hunter2",
    "SECRET_KEY_FALLBACKS": "hunter2",
    "DATABASE_URL": "mysql://me:hunter2@host/name",
    "REDIS_URL": "redis://me:hunter2@127.0.0.1:1/0",
    "SMTP_URL": "smtp://me:hunter2@host?tls",
}


def test_a_secret_may_lie_in_a_file(right: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{OTHER_KEY}\n")
    given = {**right, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}
    assert Config.from_environment(given).secret_key == OTHER_KEY


def test_all_are_named_at_once_and_no_secret_is_repeated(right: dict[str, str]) -> None:
    lines = wrong(right | SECRETS | {"MAIL_FROM": "x"})
    assert {line.split()[0] for line in lines} == {*SECRETS, "MAIL_FROM"}
    assert "hunter2" not in "".join(lines)


STARTS = {
    "web": ["gunicorn"],
    "web without its settings": ["gunicorn", "wsgi:app", "--config", "/dev/null", "--bind", "127.0.0.1:0"],
    "command": ["fieldstudy", "upgrade"],
    "worker": ["fieldstudy", "worker"],
}


@pytest.mark.parametrize("command", STARTS.values(), ids=STARTS)
def test_no_start_shows_a_traceback(right: dict[str, str], command: list[str]) -> None:
    settings = {**os.environ, **right, "SECRET_KEY": "m", "FIELDSTUDY_LEASE_SECONDS": "abc"}
    program = [str(PROGRAMS / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=False)
    said = done.stdout + done.stderr
    assert (done.returncode != 0, "Traceback" in said) == (True, False), said
    assert "SECRET_KEY is 1 byte long; allowed: " in said
    assert "FIELDSTUDY_LEASE_SECONDS is 'abc'; allowed: " in said


def test_the_demo_says_it_as_well(tmp_path: Path) -> None:
    """As `make run` starts it."""
    settings = {**os.environ, "FIELDSTUDY_DATA": str(tmp_path), "MAIL_FROM": "x", "SMTP_URL": "ftp://x"}
    command = [str(ROOT / "bin/serve-demo"), "1"]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode != 0, "Traceback" in done.stderr) == (True, False)
    assert "MAIL_FROM is 'x'; allowed: " in done.stderr
    assert "SMTP_URL begins with ftp:; allowed: " in done.stderr


def _application(settings: dict[str, str]) -> Flask:
    return create_app(Config.from_environment(settings), testing=True)


@pytest.mark.parametrize(("former", "known"), [({}, False), ({"SECRET_KEY_FALLBACKS": KEY}, True)])
def test_a_former_key_is_valid_until_it_is_taken_away(
    right: dict[str, str], former: dict[str, str], known: bool
) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer
    before, now = _application(right), _application({**right, "SECRET_KEY": OTHER_KEY, **former})
    signed = signer(before).dumps("Anna")  # type: ignore[union-attr]
    assert signer(now).loads_unsafe(signed) == (known, "Anna")  # type: ignore[union-attr]


def test_what_is_in_force_is_printed_without_secrets(
    right: dict[str, str], redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        **right,
        "SECRET_KEY_FALLBACKS": f"{OTHER_KEY},{OTHER_KEY}",
        "DATABASE_URL": "postgresql+psycopg://me:hun@t/er2@host/name?sslpassword=hunter2&sslmode=verify-full",
        "REDIS_URL": redis,
        "SMTP_URL": "smtp://me:hunter2@host:587?starttls",
        "TRUSTED_PROXIES": "2",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["config"], obj=create_app)
    rows = dict(line.split("\t") for line in result.output.splitlines())
    assert not [secret for secret in (KEY, OTHER_KEY, "hunter2", "er2") if secret in result.output]
    expected = {
        "FIELDSTUDY_DATA": right["FIELDSTUDY_DATA"],
        "DATABASE_URL": "postgresql+psycopg://me:***@host/name?sslpassword=***&sslmode=verify-full",
        "SECRET_KEY": "kept secret, 32 bytes",
        "SECRET_KEY_FALLBACKS": "kept secret, 2",
        "FIELDSTUDY_URL": "https://field.example",
        "TRUSTED_HOSTS": "field.example, localhost, 127.0.0.1",
        "TRUSTED_PROXIES": "2",
        "FIELDSTUDY_DEMO": "0",
        "FIELDSTUDY_INSECURE_COOKIES": "0",
        "REDIS_URL": redis,
        "FIELDSTUDY_LEASE_SECONDS": "60",
        "SMTP_URL": "smtp://me:***@host:587?starttls",
        "MAIL_FROM": "Fieldstudy <fieldstudy@localhost>",
    }
    assert {name: rows.get(name) for name in expected} == expected


def test_the_page_of_settings_is_current() -> None:
    """`make settings` writes it anew."""
    assert settings_page.PATH.read_text() == settings_page.text()


def test_what_the_program_writes_is_read_by_its_own_user_alone(right: dict[str, str], tmp_path: Path) -> None:
    """With the habits of a shell, under which everybody on the machine may read."""
    data = tmp_path / "data"
    settings = {**os.environ, **right, "FIELDSTUDY_DATA": str(data)}
    command = f"umask 022; exec {PROGRAMS / 'fieldstudy'} upgrade"
    subprocess.run(["bash", "-c", command], env=settings, cwd=ROOT, check=True, capture_output=True)
    modes = {path.name: path.stat().st_mode & 0o077 for path in (data, *data.iterdir())}
    assert "fieldstudy.sqlite" in modes
    assert set(modes.values()) == {0}, modes


def test_the_start_warns_of_a_folder_that_others_can_look_into(right: dict[str, str], tmp_path: Path) -> None:
    """One that was there before; it is the operator who shuts it."""
    data = tmp_path / "with a blank"
    data.mkdir(mode=0o750)
    settings = {**os.environ, **right, "FIELDSTUDY_DATA": str(data)}
    command = [str(PROGRAMS / "gunicorn"), "--check-config"]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert f"Warning: other users of this machine can look into {data} (mode 750)" in done.stderr
    assert f"chmod go= '{data}'" in done.stderr
    assert data.stat().st_mode & 0o777 == 0o750
