"""Forms of the desk: which pile is shown, why a visit goes back, why it is set aside."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional, ValidationError

from fieldstudy.core import lifecycle
from fieldstudy.core.answers import TEXT_LIMIT
from fieldstudy.core.lifecycle import State
from fieldstudy.models import Visit
from fieldstudy.queries.review_queue import Search
from fieldstudy.web.pages import ListForm, search_field


class Pile(StrEnum):
    """What lies together on the desk; all of it comes last."""

    WAITING = "waiting"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    HELD = "held"
    ASIDE = "aside"
    ALL = "all"


STATES_OF: Mapping[Pile, frozenset[State]] = {
    Pile.WAITING: frozenset({State.RECEIVED}),
    Pile.IN_REVIEW: frozenset({State.IN_REVIEW}),
    Pile.RETURNED: frozenset({State.RETURNED}),
    Pile.APPROVED: lifecycle.COUNTING,
    Pile.HELD: frozenset({State.HELD}),
    Pile.ASIDE: frozenset({State.EXCLUDED, State.VOID}),
    Pile.ALL: frozenset(State),
}
NEWEST_FIRST = frozenset({Pile.APPROVED, Pile.ALL})
"""Where nothing waits any more, what came last is looked for first."""
PILES: Mapping[Pile, Any] = {
    Pile.WAITING: _("Waiting"),
    Pile.IN_REVIEW: _("In review"),
    Pile.RETURNED: _("Sent back"),
    Pile.APPROVED: _("Approved"),
    Pile.HELD: _("Held"),
    Pile.ASIDE: _("Set aside"),
    Pile.ALL: _("All"),
}
NOTHING: Mapping[Pile, Any] = {
    Pile.WAITING: _("Nothing is waiting."),
    Pile.IN_REVIEW: _("Nobody is reviewing a visit."),
    Pile.RETURNED: _("No visit is with its fieldworker for a correction."),
    Pile.APPROVED: _("No visit is approved yet."),
    Pile.HELD: _("No visit is held."),
    Pile.ASIDE: _("No visit was set aside."),
    Pile.ALL: _("No visit has arrived yet."),
}
ASIDE: Mapping[State, Any] = {
    State.HELD: _("Hold it: something has to be cleared up first"),
    State.EXCLUDED: _("Exclude it: it is genuine, but it does not count"),
    State.VOID: _("Void it: it should never have been; this cannot be undone"),
}

NO_DAY = _("This is not a day: write it as 2026-12-31.")


class QueueForm(ListForm):
    """Which pile is shown, and what it is searched for."""

    state = SelectField(choices=[pile.value for pile in Pile], default=Pile.WAITING.value)
    store = search_field(_("Store"), _("name, code, place"))
    fieldworker = search_field(_("Fieldworker"), _("code"))
    first_day = DateField(_("Visited from"), [Optional()], invalid_value_message=NO_DAY)
    last_day = DateField(_("Visited until"), [Optional()], invalid_value_message=NO_DAY)

    def validate_last_day(self, field: DateField) -> None:
        if self.is_reversed:
            raise ValidationError(_("The last day lies before the first."))

    @property
    def is_reversed(self) -> bool:
        first, last = self.first_day.data, self.last_day.data
        return bool(first and last and last < first)

    @property
    def is_searched(self) -> bool:
        return self.given.keys() - {"state"} != set()

    @property
    def pile(self) -> Pile:
        return Pile(self.state.data)

    @property
    def search(self) -> Search:
        return Search(self.store.data, self.fieldworker.data, self.first_day.data, self.last_day.data)


OPEN, DECIDED = "open", "decided"


class QuarantineForm(ListForm):
    """Of what could not be recorded: what waits for a person, or what waits no more."""

    state = SelectField(choices=[OPEN, DECIDED], default=OPEN)


class AsideForm(FlaskForm):
    state = RadioField(
        _("What happens to it"),
        [InputRequired(_("Choose what happens to it.")), AnyOf([state.value for state in ASIDE])],
        choices=[],
        validate_choice=False,
    )
    reason = TextAreaField(
        _("Why"), [DataRequired(_("Write why: it stands in the record of the visit.")), Length(max=TEXT_LIMIT)]
    )

    def __init__(self, visit: Visit, **arguments: Any) -> None:
        """Offers what is possible now; whether it still is when it arrives, the service asks again."""
        super().__init__(**arguments)
        self.state.choices = [(state.value, text) for state, text in ASIDE.items() if may_set_aside(visit, state)]


class ReasonForm(FlaskForm):
    reason = TextAreaField(_("Why"), [DataRequired(_("Write why: it stands in the record.")), Length(max=TEXT_LIMIT)])


def seen() -> str:
    """The mark of the visit as the page showed it that was sent. Without one it is not known what was decided about,
    and no visit has an empty mark.
    """
    return request.form.get("seen", "")


def may_set_aside(visit: Visit, state: State) -> bool:
    """A released visit stands in frozen figures: taken out here, it leaves them with the next edition."""
    return lifecycle.may_move(visit.state, state)


WHOLE = ""
"""The name under which the reason about the whole visit is kept."""


class ReturnForm(FlaskForm):
    """One text a question and one for the whole visit; `return_form` adds the fields."""

    @property
    def texts(self) -> dict[str, str]:
        return {
            name.removeprefix("reason-"): field.data or ""
            for name, field in self._fields.items()
            if name.startswith("reason-")
        }

    def of(self, question: str) -> Any:
        return self[reason_field(question)]


def return_form(questions: Iterable[str]) -> ReturnForm:
    fields = {
        reason_field(name): TextAreaField(_("What should be corrected here?"), [Length(max=TEXT_LIMIT)])
        for name in questions
    }
    fields[reason_field(WHOLE)] = TextAreaField(_("About the visit as a whole"), [Length(max=TEXT_LIMIT)])
    form: ReturnForm = type("ReturnForm", (ReturnForm,), fields)()
    return form


def reason_field(question: str) -> str:
    return f"reason-{question}"


def list_undrawn(returning: ReturnForm | None, aside: AsideForm) -> list[tuple[str, str]]:
    """What was sent to a form that the page does not have any more, by question: nobody types it twice."""
    drawn = {field.name for field in returning or ()} | ({aside.reason.name} if aside.state.choices else set())
    return [
        (name.removeprefix(aside.reason.name).removeprefix("-"), text)
        for name, text in request.form.items()
        if name.startswith(aside.reason.name) and name not in drawn and text.strip()
    ]
