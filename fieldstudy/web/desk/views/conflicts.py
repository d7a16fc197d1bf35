"""A revision that came twice and not alike: a reviewer says which version holds."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core.access import Role
from fieldstudy.models import Conflict, Visit
from fieldstudy.queries import reviews
from fieldstudy.services import visits
from fieldstudy.web import guards, locale
from fieldstudy.web.desk.forms import seen
from fieldstudy.web.desk.room import blueprint
from fieldstudy.web.desk.teller import Teller


@blueprint.post("/conflicts/<uuid:conflict_id>/use")
@guards.allow(Role.REVIEWER, conflict=reviews.find_conflict)
def use_version(conflict: Conflict) -> ResponseReturnValue:
    visit = reviews.get_visit_of(conflict)
    try:
        visits.use_other(visit, conflict, guards.viewer().user_id, seen())
    except visits.ChoiceIsLate:
        _too_late()
    except visits.VersionHasProblems as found:
        flash(_tell_problems(visit, found), "problem")
    else:
        flash(_("The version that came later holds now. The other one is kept beside it."))
    return _back(visit)


@blueprint.post("/conflicts/<uuid:conflict_id>/keep-first")
@guards.allow(Role.REVIEWER, conflict=reviews.find_conflict)
def keep_version(conflict: Conflict) -> ResponseReturnValue:
    visit = reviews.get_visit_of(conflict)
    try:
        visits.keep_first(visit, conflict, guards.viewer().user_id, seen())
    except visits.ChoiceIsLate:
        _too_late()
    else:
        flash(_("The version that holds stays. The other one is kept beside it."))
    return _back(visit)


def _too_late() -> None:
    flash(_("That is not possible any more: the visit has been decided about, or it was sent back."), "problem")


def _tell_problems(visit: Visit, found: visits.VersionHasProblems) -> str:
    words = locale.current_words()
    tell = Teller(words, visit)
    count = len(found.problems)
    intro = ngettext(
        "This version cannot be used: %(num)s answer breaks a rule of the checklist.",
        "This version cannot be used: %(num)s answers break a rule of the checklist.",
        count,
    )
    return " ".join([intro, *(f"{tell.field(p.field)}: {words.problem(p)}" for p in found.problems[:5])])


def _back(visit: Visit) -> ResponseReturnValue:
    return redirect(url_for("desk.visit", visit_id=visit.id, _anchor="conflicts"), 303)
