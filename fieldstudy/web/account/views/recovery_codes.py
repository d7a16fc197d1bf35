"""Recovery codes: shown once, to be printed or saved."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fieldstudy.queries import people as people_queries
from fieldstudy.services import recovery_codes
from fieldstudy.web import guards, session
from fieldstudy.web.account import proof
from fieldstudy.web.account.views.room import blueprint


@blueprint.post("/recovery-codes")
@guards.allow(*guards.ANYBODY)
@proof.needed
def recovery_codes_post() -> ResponseReturnValue:
    """They stand in for a factor, so that without one there are none."""
    codes = recovery_codes.replace(people_queries.get_user(current_user.id), session.current_id())
    return page(codes) if codes else redirect(url_for("account.second_factor"))


def page(codes: list[str]) -> str:
    return render_template("account/recovery_codes.html", codes=codes)
