"""An authenticator app: its key as a picture and as text, confirmed by a code; removed."""

import io
from collections.abc import Mapping

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import authenticators, factors
from fieldstudy.web import guards, session, throttles
from fieldstudy.web.account import proof
from fieldstudy.web.account.forms import CodeForm
from fieldstudy.web.account.views import recovery_codes, second_step
from fieldstudy.web.account.views.room import blueprint

QUIET_MODULES = 4


@blueprint.post("/authenticator/begin")
@guards.allow(*guards.ANYBODY)
@proof.needed
def authenticator_begin() -> ResponseReturnValue:
    try:
        authenticators.begin(people_queries.get_user(current_user.id), session.current_id())
    except authenticators.AuthenticatorIsThere:
        return redirect(url_for("account.second_factor"))
    return redirect(url_for("account.authenticator"))


@blueprint.get("/authenticator")
@guards.allow(*guards.ANYBODY)
def authenticator() -> ResponseReturnValue:
    return _page(CodeForm())


@blueprint.post("/authenticator")
@guards.allow(*guards.ANYBODY)
@proof.needed
def authenticator_post() -> ResponseReturnValue:
    form, user = CodeForm(), people_queries.get_user(current_user.id)
    if not form.validate():
        return _page(form, 422)
    try:
        throttles.spend_code(user)
        codes = factors.confirm_authenticator(user, form.code.data, session.current_id())
    except authenticators.CodeIsWrong:
        form.code.errors = [second_step.why_refused(is_recovery=False)]
        return _page(form, 422)
    except authenticators.AuthenticatorIsThere:
        return redirect(url_for("account.second_factor"))
    except throttles.TooMany as refusal:
        form.code.errors = [refusal.told]
        return _page(form, 429, refusal.headers)
    if codes:
        return recovery_codes.page(codes)
    flash(_("Your authenticator app is set up. It is asked for at every sign-in."))
    return redirect(url_for("account.second_factor"))


@blueprint.post("/authenticator/remove")
@guards.allow(*guards.ANYBODY)
@proof.needed
def authenticator_remove() -> ResponseReturnValue:
    factors.remove_authenticator(people_queries.get_user(current_user.id), session.current_id())
    flash(_("The authenticator app is removed."))
    return redirect(url_for("account.second_factor"))


def _page(form: CodeForm, status: int = 200, headers: Mapping[str, str] | None = None) -> ResponseReturnValue:
    row = factor_queries.find_authenticator(current_user.id)
    if row is None or row.confirmed_at is not None:
        return redirect(url_for("account.second_factor"))
    key = authenticators.key_of(row)
    grouped = " ".join(key[start : start + 4] for start in range(0, len(key), 4))
    address = authenticators.address_of(row)
    drawn = _drawn(address)
    page = render_template("account/authenticator.html", form=form, key=grouped, address=address, code=drawn)
    return page, status, headers or {}


def _drawn(address: str) -> Markup:
    """As SVG in the page: black on white, also in the dark, or no camera reads it."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, omitsize=True, border=QUIET_MODULES,
        dark="#000", light="#fff",
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 drawn here, from an address in which all is escaped
