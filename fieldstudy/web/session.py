"""Who is signed in. The cookie holds a secret and nothing else; all that belongs to it is a row on the server.

The cookie is set by signing in and taken away by signing out, and by nothing else, so that an answer that comes late
can bring nobody back. A stranger has no cookie and so no token: what strangers send must come from our own page.
"""

import hashlib
import hmac
import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID

import ua_parser
from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SessionInterface, SessionMixin
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError

from fieldstudy.core.access import FIELDWORKERS
from fieldstudy.core.factors import FactorRule
from fieldstudy.core.sessions import TOUCH_EVERY, Ending, SessionLimits
from fieldstudy.extensions import login
from fieldstudy.models import User
from fieldstudy.models.columns import now
from fieldstudy.queries import sessions as session_queries
from fieldstudy.queries.people import Person
from fieldstudy.queries.sessions import OpenSession
from fieldstudy.services import sessions, unit
from fieldstudy.services.sessions import AccountHasChanged, Device, Proof
from fieldstudy.web import devices, guards

log = logging.getLogger(__name__)

PERSON = "person"
NOBODY = "-"
"""Pages that come from the phone's cache must never show one person's work to another: a cookie that scripts may read
names who signed in last. It opens nothing. When a session merely ends it stays, because the work that waits on the
phone is still that person's; only signing out takes it away. docs/decisions says why scripts read it.
"""
ONE_YEAR = timedelta(days=365)
SAFE = ("GET", "HEAD", "OPTIONS")
USER, TOKEN, REMEMBER = "_user_id", "csrf_token", "_remember"
"""The names under which Flask-Login and Flask-WTF look for what follows from the session and is kept nowhere. The last
one is asked for with every file and never there.
"""


def install(app: Flask) -> None:
    app.session_interface = ServerSessions()
    login.login_message = None
    login.session_protection = None
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)
    app.before_request(_refuse_foreign_pages)
    app.before_request(_ask_again)


def _refuse_foreign_pages() -> None:
    """The doors for phones ask by themselves, after the guard."""
    is_checked = current_app.config["WTF_CSRF_ENABLED"] and request.blueprint != "api" and request.method not in SAFE
    if is_checked and not current_user.is_authenticated and not guards.is_from_own_page():
        raise CSRFError


def _ask_again() -> None:
    """A form may have come slowly. What its writer had typed is shown to be copied, as where they come too late."""
    if request.method in SAFE or request.blueprint == "api" or not current_user.is_authenticated:
        return
    request.form  # noqa: B018 read to its end
    if not is_open_still():
        raise CSRFError


def is_open_still() -> bool:
    """Once the body is here: the session may have ended, and its person gone, while it was on its way."""
    unit.rest()
    return _own().look_again()


class ServerSession(SessionMixin):
    """What Flask keeps between two requests; of a stranger, nothing. It is read when somebody asks for it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.is_new = self.is_over = self.modified = False
        self.device = ""

    def begin(self, token: str) -> None:
        self.token, self.is_new = token, True
        for name in ("row", "data"):
            vars(self).pop(name, None)
        g.pop("_login_user", None)

    def look_again(self) -> bool:
        vars(self).pop("row", None)
        if self.row is None:
            g.pop("_login_user", None)
        return self.row is not None

    @cached_property
    def row(self) -> OpenSession | None:
        return session_queries.find_open_session(sessions.token_hash(self.token), now()) if self.token else None

    @cached_property
    def data(self) -> dict[str, Any]:
        return dict(self.row.data) if self.row else {}

    @property
    def is_read(self) -> bool:
        return "row" in vars(self)

    def __getitem__(self, key: str) -> Any:
        if key == USER and self.row:
            return str(self.row.person.id)
        if key == TOKEN:
            return _form_token(self.token if self.row else "")
        if key in (USER, REMEMBER):
            raise KeyError(key)
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self.data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter([*(key for key in (USER, TOKEN) if key in self), *self.data])

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _form_token(secret: str) -> str:
    """Flask-WTF signs it with our key, or knows that of a former one; in itself it outlives a change of keys."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


class ServerSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> ServerSession:
        return ServerSession(request.cookies.get(_cookie_name(app), ""))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        own = cast(ServerSession, session)
        if own.is_over:
            response.delete_cookie(_cookie_name(app), secure=_is_secure(app), httponly=True, samesite="Lax")
            _tell_scripts(response, NOBODY, ONE_YEAR)
        elif own.is_new and own.row:
            life = limits_of(own.row.person).absolute
            _set(response, _cookie_name(app), own.token, life)
            _tell_scripts(response, str(own.row.person.id), life)
            _set(response, devices.cookie_name(), own.device, devices.LIFE)
        if own.is_read:
            response.vary.add("Cookie")
            _keep(own)


def _keep(session: ServerSession) -> None:
    """The page is there already: a database that is busy must not take it away for this."""
    row, at = session.row, now()
    if row is None or session.is_over:
        return
    try:
        if session.modified:
            sessions.keep(row.id, session.data)
        if at - row.last_seen_at >= TOUCH_EVERY:
            sessions.touch(row.id, at, limits_of(row.person).ends_at(row.created_at, at))
    except OperationalError:
        log.warning("a session was not kept", exc_info=True)


def _cookie_name(app: Flask) -> str:
    return str(app.config["SESSION_COOKIE_NAME"])


def _is_secure(app: Flask) -> bool:
    return bool(app.config["SESSION_COOKIE_SECURE"])


def _set(response: Response, name: str, value: str, life: timedelta, httponly: bool = True) -> None:
    is_secure = _is_secure(current_app)
    response.set_cookie(name, value, max_age=life, secure=is_secure, httponly=httponly, samesite="Lax")


def _tell_scripts(response: Response, person: str, life: timedelta) -> None:
    """Under the name that no other host can set; the one that it had before goes."""
    is_secure = _is_secure(current_app)
    _set(response, f"__Host-{PERSON}" if is_secure else PERSON, person, life, httponly=False)
    if is_secure:
        response.delete_cookie(PERSON, secure=True, samesite="Lax")


def current() -> OpenSession | None:
    return _own().row


def current_id() -> UUID:
    """Under a guard. Raises AccountHasChanged where the session ended since."""
    found = current()
    if found is None:
        raise AccountHasChanged
    return found.id


def ending() -> Ending | None:
    """Why whoever comes back to this browser is signed in no more."""
    token = _own().token
    return session_queries.find_ending(sessions.token_hash(token), now()) if token else None


def why_ended() -> dict[str, str]:
    """For a phone, which says it in words; nothing of a session that nobody remembers."""
    found = ending()
    return {"ended": found} if found else {}


def _own() -> ServerSession:
    found: ServerSession = session._get_current_object()  # type: ignore[attr-defined]
    return found


def _load(user_id: str) -> Person | None:
    found = current()
    return found.person if found else None


def limits_of(person: Person | User) -> SessionLimits:
    """Whoever works in the field alone stays signed in on the phone; whoever may also enter an office does not."""
    config = current_app.extensions["fieldstudy"]
    is_fieldworker = {one.role for one in person.memberships} <= FIELDWORKERS
    idle = timedelta(days=config.phone_idle_days) if is_fieldworker else timedelta(hours=config.office_idle_hours)
    return SessionLimits(idle, timedelta(days=config.session_days))


def factor_rule() -> FactorRule:
    config = current_app.extensions["fieldstudy"]
    return FactorRule(config.second_factor == "required", timedelta(days=config.second_factor_grace_days))


def enter(user: User, proof: Proof | None = None) -> None:
    """The session that this browser had ends: nothing of whoever was here before stays. Raises AccountHasChanged."""
    own, is_asked = _own(), factor_rule().asks(one.role for one in user.memberships)
    limits = limits_of(user)
    own.begin(sessions.sign_in(user, _device(), limits, proof=proof, former=own.token, is_asked_for_factor=is_asked))
    own.device = devices.mark(user)


def leave() -> None:
    """Only the session that this request came with ends."""
    own = _own()
    if own.row:
        sessions.sign_out(own.row.id, own.row.person.id)
    own.is_over = True


def _device() -> Device:
    found = ua_parser.parse(request.user_agent.string)
    browser, system = found.user_agent, found.os
    return Device(browser.family if browser else "", system.family if system else "")


def _ask_to_sign_in() -> Response | tuple[dict[str, str], int]:
    """A page asks for the password; a phone pauses its queue and asks by itself."""
    if request.blueprint == "api":
        return {"error": "signed_out", **why_ended()}, 401
    is_allowed_still = ending() not in (Ending.ROLES_CHANGED, Ending.DEACTIVATED)
    target = request.full_path.rstrip("?") if request.method == "GET" and is_allowed_still else None
    return redirect(url_for("account.sign_in", next=target))  # type: ignore[return-value]
