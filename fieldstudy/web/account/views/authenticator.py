"""An authenticator app: its key as a picture and as text, confirmed by a code; removed."""

import io

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from fieldstudy.models import Authenticator
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import authenticators, factors
from fieldstudy.web import guards, throttles
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
        authenticators.begin(people_queries.get_user(current_user.id))
    except authenticators.AuthenticatorIsThere:
        return redirect(url_for("account.second_factor"))
    return redirect(url_for("account.authenticator"))


@blueprint.get("/authenticator")
@guards.allow(*guards.ANYBODY)
def authenticator() -> ResponseReturnValue:
    row = _unconfirmed()
    return _page(row, CodeForm()) if row else redirect(url_for("account.second_factor"))


@blueprint.post("/authenticator")
@guards.allow(*guards.ANYBODY)
@proof.needed
def authenticator_post() -> ResponseReturnValue:
    row, form = _unconfirmed(), CodeForm()
    if row is None:
        return redirect(url_for("account.second_factor"))
    if not form.validate():
        return _page(row, form), 422
    try:
        throttles.spend_code(people_queries.get_user(current_user.id))
        codes = factors.confirm_authenticator(row, form.code.data)
    except authenticators.CodeIsWrong:
        form.code.errors = [second_step.why_refused(is_recovery=False)]
        return _page(row, form), 422
    except throttles.TooMany as refusal:
        form.code.errors = [refusal.told]
        return _page(row, form), 429, refusal.headers
    if codes:
        return recovery_codes.page(codes)
    flash(_("Your authenticator app is set up. It is asked for at every sign-in."))
    return redirect(url_for("account.second_factor"))


@blueprint.post("/authenticator/remove")
@guards.allow(*guards.ANYBODY)
@proof.needed
def authenticator_remove() -> ResponseReturnValue:
    factors.remove_authenticator(people_queries.get_user(current_user.id))
    flash(_("The authenticator app is removed."))
    return redirect(url_for("account.second_factor"))


def _unconfirmed() -> Authenticator | None:
    row = factor_queries.find_authenticator(current_user.id)
    return row if row is not None and row.confirmed_at is None else None


def _page(row: Authenticator, form: CodeForm) -> str:
    key = authenticators.key_of(row)
    grouped = " ".join(key[start : start + 4] for start in range(0, len(key), 4))
    address = authenticators.address_of(row)
    return render_template("account/authenticator.html", form=form, key=grouped, address=address, code=_drawn(address))


def _drawn(address: str) -> Markup:
    """As SVG in the page: black on white, also in the dark, or no camera reads it."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, omitsize=True, border=QUIET_MODULES,
        dark="#000", light="#fff",
    )  # fmt: skip
    return Markup(out.getvalue().decode())  # noqa: S704 drawn here, from an address in which all is escaped
