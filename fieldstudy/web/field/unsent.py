"""What of a visit did not go along when it was sent, device by device: it counts nowhere, and can be read."""

from dataclasses import dataclass

from flask_babel import gettext as _

from fieldstudy.core import drafts as rules
from fieldstudy.core.drafts import Said
from fieldstudy.models import Draft, Submission, Visit
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import visits
from fieldstudy.web.field import forms
from fieldstudy.web.field.differences import NOTHING, Row
from fieldstudy.web.field.values import Values
from fieldstudy.words import Words


@dataclass(frozen=True)
class Unsent:
    title: str
    rows: tuple[Row, ...]


def of_visit(visit: Visit, submission: Submission, words: Words) -> list[Unsent]:
    """The newest first; empty where everything went along."""
    drafts = [draft for draft in visit_queries.list_drafts(visit) if draft.revision == submission.revision]
    found = [_of_draft(draft, Said(submission.content["raw"], visit.stay), visit, words) for draft in drafts]
    return [one for one in found if one.rows]


def _of_draft(draft: Draft, sent: Said, visit: Visit, words: Words) -> Unsent:
    there = rules.said(draft)
    here, values = (_values(each, visit, words) for each in (sent, there))
    rows = (
        Row(name, values.title(name), _both(here.text(name) or NOTHING, text))
        for name in sorted(_names(sent, there, values), key=values.places.__getitem__)
        if (text := values.text(name))
    )
    moment = words.moment(visits.local(draft.saved_at, visit.store.timezone))
    if rules.is_page(draft.device):
        return Unsent(_("In a browser without JavaScript (last saved: %(moment)s)", moment=moment), tuple(rows))
    return Unsent(_("On a phone of yours (last saved: %(moment)s)", moment=moment), tuple(rows))


def _both(here: str, there: str) -> tuple[str, str]:
    return _("In what was sent: %(said)s", said=here), _("On that device: %(said)s", said=there)


def _values(said: Said, visit: Visit, words: Words) -> Values:
    form = forms.of_visit(visit, words.locale)(said.raw.items())
    return Values(form, words, said.stay, visit.store.timezone)


def _names(sent: Said, there: Said, values: Values) -> set[str]:
    found = rules.compare(sent, there)
    times = rules.missing_times(there.stay, sent.stay)
    return {*found.different, *found.only_there, *times}.intersection(values.places)
