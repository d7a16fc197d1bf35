"""What a draft says to a question, in the words of the page: as static/js/field/values.js says it."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from fieldstudy.core.answers.readers import to_clock
from fieldstudy.core.checklist import Crowding
from fieldstudy.core.moments import FIELDS, Stay
from fieldstudy.web.field.forms import QuestionField, SectionField, VisitForm
from fieldstudy.words import Words

LONGEST = 90
MINUS = "\N{MINUS SIGN}"


class Values:
    """`form` holds the answers of one draft; `stay` its times, in the store's `timezone`; `longest`: signs of a text,
    if it is not to be whole.
    """

    def __init__(
        self,
        form: VisitForm,
        words: Words,
        stay: Stay | None = None,
        timezone: str = "UTC",
        longest: int | None = LONGEST,
    ) -> None:
        self.form, self.words, self.stay, self.zone = form, words, stay or Stay(), ZoneInfo(timezone)
        self.longest = longest
        self.places = {name: place for place, name in enumerate(form.owners)}

    def title(self, name: str) -> str:
        owner = self.form.owner(name)
        label = str(owner.label.text)
        return f"{label}: {_parts()[name.partition('-')[0]]}" if isinstance(owner, SectionField) else label

    def anchor(self, name: str) -> str:
        return str(self.form.owner(name).name)

    def text(self, name: str) -> str:
        """Empty where the draft says nothing."""
        if name in FIELDS:
            at = getattr(self.stay, name)
            return self.words.moment(at.astimezone(self.zone)) if at else ""
        owner = self.form.owner(name)
        if isinstance(owner, SectionField):
            return self._encounter(name.partition("-")[0], owner)
        said = _("Not applicable") if owner.is_na else self._answer(owner)
        word = _("Comment")
        comment = f"{word}: {self._shortened(owner.comment)}" if owner.comment.strip() else ""
        return " · ".join(filter(None, (said, comment)))

    def _answer(self, field: QuestionField) -> str:
        labels = {choice.value: choice.label for choice in field.question.choices}
        kind = field.question.kind
        given = [text for text in field.chosen if text.strip()]
        if kind in ("date", "datetime-local"):
            return ", ".join(self._day(text) for text in given)
        if kind == "timer":
            return ", ".join(self._shortened(to_clock(text)) for text in given)
        return ", ".join(labels.get(text) or self._shortened(text) for text in given)

    def _day(self, text: str) -> str:
        try:
            return (
                self.words.moment(datetime.fromisoformat(text))
                if "T" in text
                else self.words.day(date.fromisoformat(text))
            )
        except ValueError:
            return text

    def _encounter(self, part: str, field: SectionField) -> str:
        text: str = getattr(field, part).strip()
        if part == "crowding" and text in set(Crowding):
            return self.words.label(Crowding(text))
        if part == "feeling" and text.isdigit() and text != "0":
            return f"+{text}"
        return text.replace("-", MINUS)

    def _shortened(self, text: str) -> str:
        bare = text.strip()
        if self.longest is None or len(bare) <= self.longest:
            return bare
        return f"{bare[: self.longest].rstrip()}…"


def _parts() -> Mapping[str, str]:
    """As the page asks for them."""
    asked = (_("How did you feel here?"), _("How intense was it?"), _("At what time?"), _("How crowded was it?"))
    return dict(zip(("feeling", "arousal", "met_at", "crowding"), asked, strict=True))
