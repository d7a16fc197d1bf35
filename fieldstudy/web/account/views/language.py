"""Choosing a language, signed in or not."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fieldstudy.config import LOCALES
from fieldstudy.queries import people as people_queries
from fieldstudy.services import people
from fieldstudy.web import guards, redirects
from fieldstudy.web import locale as locales
from fieldstudy.web.account.views.room import blueprint


@blueprint.post("/language/<locale>")
@guards.public
def language(locale: str) -> ResponseReturnValue:
    if locale not in LOCALES:
        abort(404)
    answer = redirect(redirects.inside(request.form.get("next", "")))
    user = people_queries.find_user(current_user.id) if current_user.is_authenticated else None
    if user is None:
        locales.remember(answer, locale)
    else:
        people.set_locale(user, locale)
    return answer
