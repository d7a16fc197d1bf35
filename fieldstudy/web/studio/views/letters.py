"""The demo's mail: what it would send, for whoever runs it to read and to click on. Elsewhere there is no such page."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from fieldstudy.core.access import Role
from fieldstudy.queries import letters
from fieldstudy.web import guards
from fieldstudy.web.studio.views.room import blueprint


@blueprint.get("/letters")
@guards.allow(Role.ADMIN)
def letter_list() -> ResponseReturnValue:
    _check_demo()
    return render_template("studio/letter_list.html", letters=letters.list_letters())


@blueprint.get("/letters/<name>")
@guards.allow(Role.ADMIN)
def letter(name: str) -> ResponseReturnValue:
    _check_demo()
    found = letters.find_letter(name)
    if found is None:
        abort(404)
    return render_template("studio/letter.html", letter=found)


def _check_demo() -> None:
    if not letters.has_folder():
        abort(404)
