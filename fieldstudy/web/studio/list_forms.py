"""What the addresses of the coordinator's lists ask for."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.queries.assignments import Source, Wanted, WaveAssignments
from fieldstudy.queries.people import Standing
from fieldstudy.web import locale
from fieldstudy.web.pages import ListForm, search_field
from fieldstudy.web.studio.forms import GIVEN_ROLES

SHOWN_STATES = (
    State.OFFERED,
    State.ACCEPTED,
    State.IN_FIELD,
    State.RECEIVED,
    State.IN_REVIEW,
    State.RETURNED,
    State.APPROVED,
    State.RELEASED,
    State.HELD,
    State.EXCLUDED,
    State.VOID,
)
ANY = ("", _("all"))
OUTSIDE = "outside"
NO_ACCOUNT = "none"
"""In the place of a role: fieldworkers whom only files name."""


class AssignmentListForm(ListForm):
    search = search_field("", _("name or code"))
    store = SelectField(_("Store"), default="")
    fieldworker = SelectField(_("Fieldworker"), default="")
    method = SelectField(_("Method"), default="")
    state = SelectField(_("State"), default="")
    source = SelectField(_("Came by"), default="")
    dated = SelectField(_("Date of the visit"), default="")

    def __init__(self, lines: WaveAssignments, **arguments: Any) -> None:
        words = locale.current_words()
        choices = {
            "store": [ANY, *_choices(lines.stores)],
            "fieldworker": [ANY, *_choices(lines.fieldworkers)],
            "method": [ANY, *((method.value, words.label(method)) for method in Method)],
            "state": [ANY, *((state.value, words.label(state)) for state in SHOWN_STATES)],
            "source": [ANY, (Source.ASSIGNED.value, _("assignment")), (Source.FILE.value, _("file"))],
            "dated": [("", _("any day")), (OUTSIDE, _("outside the wave"))],
        }
        super().__init__(choices, **arguments)

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            self.search.data,
            UUID(self.store.data) if self.store.data else None,
            UUID(self.fieldworker.data) if self.fieldworker.data else None,
            Method(self.method.data) if self.method.data else None,
            State(self.state.data) if self.state.data else None,
            Source(self.source.data) if self.source.data else None,
            self.dated.data == OUTSIDE,
        )


def _choices(found: Iterable[tuple[UUID, str, str]]) -> list[tuple[str, str]]:
    return [(str(key), " · ".join(filter(None, (code, name)))) for key, code, name in found]


class StoreListForm(ListForm):
    search = search_field("", _("name, code, place"))


class Lack(StrEnum):
    """What a store may lack in a wave."""

    ASSIGNMENT = "assignment"
    ARRIVAL = "arrival"
    APPROVAL = "approval"
    FIGURES = "figures"


LACKS: Mapping[Lack, Any] = {
    Lack.ASSIGNMENT: _("not assigned to anybody"),
    Lack.ARRIVAL: _("without a visit yet"),
    Lack.APPROVAL: _("with visits still to approve"),
    Lack.FIGURES: _("without a visit that counts"),
}


class StoreProgressForm(StoreListForm):
    """The stores of a client as a wave finds them: all of them, or those that lack something."""

    lacking = SelectField(_("Which stores"), default="")

    def __init__(self, **arguments: Any) -> None:
        lacks = [(lack.value, text) for lack, text in LACKS.items()]
        super().__init__({"lacking": [ANY, *lacks]}, **arguments)


class PersonListForm(ListForm):
    search = search_field("", _("name, e-mail or code"))
    role = SelectField(_("Role"), default="")
    account = SelectField(_("Account"), default="")

    def __init__(self, **arguments: Any) -> None:
        words = locale.current_words()
        roles = [(role.value, words.label(role)) for role in GIVEN_ROLES]
        choices = {
            "role": [ANY, *roles, (NO_ACCOUNT, _("without an account"))],
            "account": [
                ("", _("active")),
                (Standing.DEACTIVATED.value, _("deactivated")),
                (Standing.FORMER.value, _("no role any more")),
            ],
        }
        super().__init__(choices, **arguments)
