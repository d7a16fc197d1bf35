"""What a manager may ask of a page by its address, and what a store writes down."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_sqlalchemy.pagination import Pagination
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import Select

from fieldstudy.core.answers import TEXT_LIMIT
from fieldstudy.core.checklist import Checklist, ExPro
from fieldstudy.core.standing import Group
from fieldstudy.exchange.downloads import Kind
from fieldstudy.models import StoreEdition, Wave
from fieldstudy.queries import pages
from fieldstudy.web import locale

SECTION, QUESTION = "section:", "question:"
"""What an action is about, as one choice of a list."""


PAGE = 30
"""Stores that one page draws."""


class Order(StrEnum):
    CODE = "code"
    SCORE = "score"


class DownloadForm(FlaskForm):
    """Which table of the page, and as which kind of file; without both it is the page itself."""

    class Meta:
        csrf = False

    table = StringField(validators=[Length(max=40)])
    file = SelectField(choices=["", *(kind.value for kind in Kind)], default="")

    @property
    def kind(self) -> Kind | None:
        chosen = self.file.data or ""
        return Kind(chosen) if chosen in set(Kind) else None


def group_title(group: Group) -> str:
    """With a sign, so that no colour speaks alone."""
    titles = {
        Group.ABOVE: "▲ " + gettext("Above the network's mean"),
        Group.CANNOT_TELL: gettext("Cannot be told from the mean"),
        Group.BELOW: "▼ " + gettext("Below the network's mean"),
    }
    return titles[group]


class PageForm(DownloadForm):
    """Which page of the stores; a file always holds all of them."""

    page = IntegerField(default=1)

    @property
    def number(self) -> int:
        """A page that is no number is the first."""
        return self.page.data if isinstance(self.page.data, int) else 1

    def cut(self, stores: Sequence[Any]) -> Pagination:
        """A file has one page, which holds all of them."""
        return pages.of_lines(stores, self.number, max(1, len(stores)) if self.kind else PAGE)


class WaveForm(PageForm):
    """Order, group, region and page of the stores; what makes no sense there is left aside."""

    sort = SelectField(choices=[order.value for order in Order], default=Order.CODE.value)
    group = SelectField(_("Group"), default="")
    region = SelectField(_("Region"), default="")

    def __init__(self, regions: Sequence[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.group.choices = [("", gettext("all")), *((group.value, group_title(group)) for group in Group)]
        self.region.choices = [("", gettext("all regions")), *((region, region) for region in regions)]
        self.validate()
        for field in (self.sort, self.group, self.region):
            field.data = field.default if field.errors or field.data is None else field.data

    @property
    def order(self) -> Order:
        return Order(self.sort.data)

    @property
    def filters(self) -> dict[str, str]:
        """As they stand in the address; what is usual is left out."""
        sort = "" if self.order == Order.CODE else self.order.value
        return {"sort": sort, "group": self.group.data, "region": self.region.data}

    @property
    def given(self) -> dict[str, str]:
        return {name: text for name, text in self.filters.items() if text}


class ComparisonForm(PageForm):
    """The other wave; without one, the wave before."""

    other = SelectField(_("Compare with"), default="")

    def __init__(self, waves: Sequence[Wave], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.other.choices = [(str(wave.id), wave.name) for wave in waves]
        self.validate()

    def choose(self, waves: Sequence[Wave]) -> Wave | None:
        return next((wave for wave in waves if str(wave.id) == self.other.data), waves[0] if waves else None)


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


class PlanForm(FlaskForm):
    """What will be done, by which lever, who and until when."""

    text = TextAreaField(
        _("What we will do"),
        [DataRequired(_("Write what will be done.")), Length(max=TEXT_LIMIT)],
        filters=[_strip],
        render_kw={"rows": 3},
    )
    lever = SelectField(_("Lever"), default="")
    owner = StringField(
        _("Who sees to it"),
        [Length(max=300)],
        filters=[_strip],
        description=_("A role is enough: “store manager”, “visual team”."),
    )
    due_on = DateField(_("By when"), [Optional()])

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        words = locale.current_words()
        own = ("", gettext("the question's own, if it has one"))
        self.lever.choices = [own, *((lever.value, words.label(lever)) for lever in ExPro)]

    @property
    def chosen_lever(self) -> ExPro | None:
        return ExPro(self.lever.data) if self.lever.data else None


class ChooseFirst(Select):
    """A list that begins with nothing chosen, also where its choices stand in groups: a choice has to be made."""

    def __call__(self, field: SelectField, **attributes: object) -> Markup:
        opening, choices = super().__call__(field, **attributes).split(">", 1)
        return Markup('{}><option value="">{}</option>{}').format(opening, gettext("choose…"), choices)


class ActionForm(PlanForm):
    """A new action, with its store and what it is about."""

    store = SelectField(_("Store"), [InputRequired(_("Choose a store."))], widget=ChooseFirst())
    about = SelectField(_("About"), [InputRequired(_("Choose a touchpoint or a question."))], widget=ChooseFirst())

    def __init__(self, stores: Sequence[StoreEdition], checklist: Checklist, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.store.choices = [(str(one.id), f"{one.store.code} · {one.store.name}") for one in stores]
        self.about.choices = _subjects(checklist)


def _subjects(checklist: Checklist) -> dict[str, list[tuple[str, str]]]:
    """Every touchpoint with its questions, as groups of one list."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for section in checklist.sections:
        name = section.label.say(locale.current(), checklist.default_language) or section.name
        whole = (f"{SECTION}{section.name}", gettext("%(touchpoint)s as a whole", touchpoint=name))
        asked = [question for question in section.questions if question.is_asked]
        groups[name] = [whole, *((f"{QUESTION}{q.name}", _short(checklist, q.name)) for q in asked)]
    return groups


def _short(checklist: Checklist, question: str) -> str:
    text = checklist.question_by_name[question].label.say(locale.current(), checklist.default_language) or question
    return text if len(text) <= 90 else text[:89].rstrip() + "…"


class SubjectForm(FlaskForm):
    """What a link wants an action to be about, and of which store; anything else is left aside."""

    class Meta:
        csrf = False

    store = StringField(validators=[Length(max=40)])
    about = StringField(validators=[Length(max=140)])


class FinishForm(FlaskForm):
    done_on = DateField(_("Done on"), [InputRequired(_("Write the day on which it was done."))])
    result = TextAreaField(_("What came of it"), [Length(max=TEXT_LIMIT)], filters=[_strip], render_kw={"rows": 2})
