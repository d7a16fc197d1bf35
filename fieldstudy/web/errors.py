"""Error pages in plain words, and single words for the door of the phones; nobody ever sees a bare 500."""

from collections.abc import Iterator, Sequence

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadHost, HTTPException, SecurityError

from fieldstudy.core import sealed
from fieldstudy.extensions import db
from fieldstudy.services.sessions import AccountHasChanged
from fieldstudy.web import body_limits, guards, logs, security_log
from fieldstudy.web.bodies import REST_SECONDS, BodyIsSlow
from fieldstudy.web.texts import TextIsUnstorable
from fieldstudy.web.throttles import TooMany


def install(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(AccountHasChanged, _changed)
    app.register_error_handler(SecurityError, _misled)
    app.register_error_handler(BadHost, _misled)
    app.register_error_handler(TextIsUnstorable, _unstorable)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)


KEYS = {
    401: "signed_out",
    403: "not_allowed",
    404: "not_found",
    405: "not_found",
    413: "too_large",
    415: "wrong_type",
    429: "too_many",
    503: "slow",
}
RETRY_SECONDS = 5
UNDONE = frozenset({"40P01", "40001", "55P03"})
"""Codes of PostgreSQL: deadlock detected, serialization failure, lock not available."""
LONG_WORD = 40
WRITTEN_LIMIT = sealed.BYTES_LIMIT
"""Characters that are given back to be copied; each text costs some more than it has."""
WRITTEN_PRICE = 256


def _is_for_a_phone() -> bool:
    return request.path.startswith("/api/")


def _stale(error: CSRFError) -> ResponseReturnValue:
    security_log.refused(security_log.STALE_TOKEN)
    written = list(_written())
    if _needs_somebody() and not current_user.is_authenticated:
        title = _("You are signed out")
        text = _("What you sent did not arrive. Sign in, open the page again and send it once more.")
        return _page(400, title, text, written)
    title = _("This page was open for too long")
    text = _("For safety it has to be opened again. Go back, reload the page and send it once more.")
    return _page(400, title, text, written)


def _changed(error: AccountHasChanged) -> ResponseReturnValue:
    """Between the proof and the session, or within the last request of a session: the door says why."""
    security_log.refused("changed")
    return redirect(url_for("account.sign_in"))


def _needs_somebody() -> bool:
    policy = getattr(current_app.view_functions.get(request.endpoint or ""), "policy", None)
    return policy is not None and not policy.is_public


def _written() -> Iterator[str]:
    """From our own page alone: what another site sent is nobody's own words, and would be read as ours. No honest form
    holds more than a whole visit may.
    """
    if not guards.is_from_own_page():
        return
    left = WRITTEN_LIMIT
    for name, text in request.form.items(multi=True):
        if _is_prose(name, text) and (left := left - len(text) - WRITTEN_PRICE) >= 0:
            yield text


def _is_prose(name: str, text: str) -> bool:
    """What somebody wrote and would miss, to be copied; no secret and no mere choice."""
    is_secret = any(word in name for word in ("password", "proof", "code", "token", "again", "former"))
    return not is_secret and (" " in text.strip() or len(text) > LONG_WORD)


def _unstorable(error: TextIsUnstorable) -> ResponseReturnValue:
    if _is_for_a_phone():
        return {"error": "not_understood"}, 400
    title = _("This text cannot be saved")
    text = _("It holds an invisible character, so nothing was changed. Go back, type the text anew and send it again.")
    return _page(400, title, text)


def _misled(error: SecurityError | BadHost) -> ResponseReturnValue:
    """For another host, or one that cannot be: no address can be built there, so that a page would have neither links
    nor style.
    """
    if _is_for_a_phone():
        return {"error": "not_understood"}, 400
    return Response(_("The request could not be understood."), 400, mimetype="text/plain")


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    code = error.code or 500
    if _is_for_a_phone():
        return {"error": KEYS.get(code, "not_understood")}, code, _wait(error)
    title, text = _words().get(code, (error.name, _("The request could not be understood.")))
    if isinstance(error, TooMany):
        text = error.told
    if code == 413 and not body_limits.is_for_files():
        text = _("It is more than this page takes, so nothing was changed. Go back and shorten it.")
    return *_page(code, title, text), _wait(error)


def _wait(error: HTTPException) -> dict[str, str]:
    if isinstance(error, BodyIsSlow):
        return {"Retry-After": str(REST_SECONDS)}
    return error.headers if isinstance(error, TooMany) else {}


def _failed(error: Exception) -> ResponseReturnValue:
    """Rolls back, so that the error page can still be drawn for the person who is signed in."""
    current_app.logger.exception("unexpected error")
    db.session.rollback()
    if _is_for_a_phone():
        return _failed_phone(error)
    if _was_in_the_way(error):
        title = _("Somebody was faster")
        text = _("The same was being changed in this moment, so nothing of yours was saved. Go back and try again.")
        return *_page(503, title, text), {"Retry-After": str(RETRY_SECONDS)}
    return _page(500, *_words()[500])


def _was_in_the_way(error: Exception) -> bool:
    """Two waited for each other, or one for too long: the database undid one of the two."""
    cause = error.orig if isinstance(error, OperationalError) else None
    return getattr(cause, "sqlstate", None) in UNDONE or "database is locked" in str(cause)


def _failed_phone(error: Exception) -> ResponseReturnValue:
    """A full disk and a busy database pass: the phone keeps everything and comes again."""
    if isinstance(error, OperationalError | OSError):
        return {"error": "busy"}, 503, {"Retry-After": str(RETRY_SECONDS)}
    return {"error": "failed"}, 500


def _page(code: int, title: str, text: str, written: Sequence[str] = ()) -> tuple[str, int]:
    # A missing page and one of somebody else must look the same, to the last character.
    number = None if code in (404, 405) else logs.request_id()
    return render_template("error.html", code=code, title=title, text=text, number=number, written=written), code


def _words() -> dict[int, tuple[str, str]]:
    return {
        403: (_("Not allowed"), _("Your account may not do this.")),
        404: (
            _("This page does not exist"),
            _("The address may be mistyped, or it belongs to something that you have no access to."),
        ),
        405: (_("This page does not exist"), _("The address does not answer to this kind of request.")),
        413: (_("That is too much at once"), _("All files together may have 64 MB. Send fewer or smaller ones.")),
        429: (_("Too many attempts"), _("Wait a minute and try again.")),
        500: (
            _("Something went wrong here"),
            _("This is our fault, and it has been logged. What you saved before is safe; go back and try again."),
        ),
        503: (
            _("The connection is too slow"),
            _("Not all of it arrived, so nothing was changed. Go back, and send it again where the signal is better."),
        ),
    }
