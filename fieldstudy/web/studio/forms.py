"""Forms of the coordinator's room."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import get_locale, lazy_ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from fieldstudy.core import stance
from fieldstudy.core.access import Role
from fieldstudy.core.answers import TEXT_LIMIT
from fieldstudy.core.checklist import Method
from fieldstudy.core.stance import Disclosure, GoldRole
from fieldstudy.exchange.problems import FileIsRefused
from fieldstudy.models import ChecklistVersion, Store, User
from fieldstudy.services import mail
from fieldstudy.web import locale
from fieldstudy.web.pages import search_field

NAME_LIMIT = 300
LANGUAGES = {"it": "Italiano", "en": "English"}
GIVEN_ROLES = (Role.SHOPPER, Role.OBSERVER, Role.REVIEWER, Role.COORDINATOR, Role.MANAGER)
"""Roles at one client; administrators belong to none and are made from the command line."""


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


def _name(label: str, message: str, **arguments: Any) -> StringField:
    checks = [DataRequired(message), Length(max=NAME_LIMIT)]
    return StringField(label, checks, filters=[_strip], **arguments)


def _long_text(label: str, *checks: Any, rows: int = 4, **arguments: Any) -> TextAreaField:
    return TextAreaField(
        label, [*checks, Length(max=TEXT_LIMIT)], filters=[_strip], render_kw={"rows": rows}, **arguments
    )


class ChecksField(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ClientForm(FlaskForm):
    name = _name(_("Name of the client"), _("Write the client's name."))


class StudyForm(FlaskForm):
    name = _name(_("Name of the study"), _("Write the study's name."))
    purpose = _long_text(
        _("Purpose"),
        description=_("What it is for, in two sentences. It stands in every report: improvement, not discipline."),
    )
    staff_notice = _long_text(
        _("Staff notice"), description=_("What staff were told about visits, in the words they were told.")
    )
    staff_notice_on = DateField(
        _("Staff were told on"),
        [Optional()],
        description=_("Without a notice and its date no visit starts. You can add them later."),
    )
    jotting_methods = ChecksField(
        _("Notes that the client reads"),
        description=_(
            "What fieldworkers note down during a visit, by method. The form tells them whether the client reads it. "
            "What counts is what is set here on the day of the release."
        ),
        coerce=Method,
        default=stance.JOTTINGS_FOR_CLIENT,
    )

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        words = locale.current_words()
        self.jotting_methods.choices = [(method, words.label(method)) for method in Method]

    def validate_staff_notice(self, field: TextAreaField) -> None:
        if self.staff_notice_on.data and not field.data:
            raise ValidationError(_("There is a date: write what staff were told."))


class WaveForm(FlaskForm):
    name = _name(_("Name of the wave"), _("Write the wave's name."), description=_("For instance: Spring 2026"))
    starts_on = DateField(_("From"), [InputRequired(_("Choose the first day."))])
    ends_on = DateField(_("To"), [InputRequired(_("Choose the last day."))])


class FileForm(FlaskForm):
    """`refusal` is what the importer had against the file."""

    file = FileField(_("File"), [FileRequired(_("Choose a file."))])
    refusal: FileIsRefused | None = None

    def refuse(self, refusal: FileIsRefused, is_nothing_in: bool = True) -> None:
        self.refusal = refusal
        nothing = lazy_ngettext(
            "Nothing was imported: one thing in this file has to be corrected first.",
            "Nothing was imported: %(num)s things in this file have to be corrected first.",
            refusal.count,
        )
        not_all = lazy_ngettext(
            "Not all was imported: one thing in this file has to be corrected first.",
            "Not all was imported: %(num)s things in this file have to be corrected first.",
            refusal.count,
        )
        self.file.errors = [nothing if is_nothing_in else not_all]


class ReferenceForm(FlaskForm):
    file = FileField(_("Picture"), [FileRequired(_("Choose a picture."))])
    caption = _name(_("What it shows"), _("Say in a few words what it shows."))


class VisitFileForm(FileForm):
    form_id = SelectField(_("Checklist"))

    def __init__(self, versions: Sequence[ChecklistVersion], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.form_id.choices = _version_choices(versions)


def _version_choices(versions: Iterable[ChecklistVersion]) -> list[tuple[str, str]]:
    return [
        (version.form_id, str(_("%(title)s, version %(number)s", title=version.title, number=version.number)))
        for version in versions
    ]


class ReachForm(FlaskForm):
    """Which stores a manager sees. `held`: a region that no store has any more stays, or saving would open all."""

    region = SelectField(_("Region"), default="")
    store = SelectField(_("Store"), default="")

    def __init__(self, stores: Sequence[Store], held: str | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        regions = sorted({region for region in (*(store.region for store in stores), held) if region})
        self.region.choices = [("", _("all regions")), *((region, region) for region in regions)]
        self.store.choices = [("", _("all stores")), *_store_choices(stores)]

    @property
    def is_for_manager(self) -> bool:
        return True

    @property
    def reach(self) -> tuple[str | None, UUID | None]:
        return self.region.data or None, UUID(self.store.data) if self.store.data else None

    def validate_store(self, field: SelectField) -> None:
        if field.data and self.region.data and self.is_for_manager:
            raise ValidationError(_("Choose a region or a store, not both."))


class RoleForm(ReachForm):
    role = RadioField(_("Role"), [InputRequired(_("Choose a role."))])

    def __init__(self, stores: Sequence[Store], **arguments: Any) -> None:
        super().__init__(stores, **arguments)
        words = locale.current_words()
        self.role.choices = [(role.value, words.label(role)) for role in GIVEN_ROLES]

    @property
    def is_for_manager(self) -> bool:
        return bool(self.role.data == Role.MANAGER)


class PersonForm(RoleForm):
    email = EmailField(
        _("E-mail"),
        [
            InputRequired(_("Write an e-mail address.")),
            Length(max=320),
        ],
        filters=[_strip],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(_("Name"), [Length(max=NAME_LIMIT)], filters=[_strip], render_kw={"autocomplete": "off"})
    locale = SelectField(
        _("Language"),
        default=lambda: str(get_locale()),
        description=_("Of the e-mail, and of the pages until the person chooses another."),
    )

    def __init__(self, stores: Sequence[Store], **arguments: Any) -> None:
        super().__init__(stores, **arguments)
        self.locale.choices = list(LANGUAGES.items())

    def validate_email(self, field: EmailField) -> None:
        fault = mail.find_fault(field.data or "")
        if fault == mail.Fault.DOMAIN:
            raise ValidationError(
                _(
                    "Addresses in %(domain)s exist in one network alone. Whoever runs this installation can allow them "
                    "(MAIL_DOMAINS).",
                    domain=(field.data or "").rpartition("@")[2],
                )
            )
        if fault:
            raise ValidationError(_("This is not an e-mail address."))


def _store_choices(stores: Iterable[Store]) -> list[tuple[str, str]]:
    return [(str(store.id), f"{store.code} · {store.name}") for store in stores]


class AssignForm(FlaskForm):
    """Fieldworkers × stores, with what is the same for all of them.

    `find_…` narrow what is shown to choose from; what is ticked stays shown, so that a second search adds to the first.
    """

    find_person = search_field(_("Search people"), _("name or e-mail"))
    find_store = search_field(_("Search stores"), _("name, code, place"))
    find = SubmitField(_("Search"))
    fieldworkers = ChecksField(_("Fieldworkers"), [DataRequired(_("Choose at least one fieldworker."))])
    stores = ChecksField(_("Stores"), [DataRequired(_("Choose at least one store."))])
    form_id = SelectField(_("Checklist"))
    method = RadioField(_("Method"), [InputRequired()], default=Method.MYSTERY_SHOPPING.value)
    window_from = DateField(_("Not before"), [InputRequired(_("Choose the first day."))])
    window_to = DateField(_("Not after"), [InputRequired(_("Choose the last day."))])
    scenario = _long_text(
        _("Scenario"), description=_("Who the fieldworker is and what they want there. It stands in the report.")
    )
    briefing = _long_text(_("Briefing"), description=_("What to know and to bring. Only the fieldworker reads it."))
    allows_repeat = BooleanField(
        _("Also send people to stores they have already visited in this wave"),
        description=_("Staff may recognise them. Without it those visits are skipped."),
    )
    gold_role = SelectField(_("Role in the field"), default="")
    disclosure = SelectField(_("Disclosure"), default="")
    covert_reason = _long_text(
        _("Reason for covert work"),
        rows=3,
        description=_("Only for covert observation: why it cannot be done openly. A second person has to approve it."),
    )

    def __init__(
        self,
        people: Sequence[User],
        stores: Sequence[Store],
        versions: Sequence[ChecklistVersion],
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        words = locale.current_words()
        self.fieldworkers.choices = [(str(user.id), user.name or user.email) for user in people]
        self.stores.choices = _store_choices(stores)
        self.form_id.choices = _version_choices(versions)
        self.method.choices = [(method.value, words.label(method)) for method in Method]
        choose = ("", _("choose"))
        self.gold_role.choices = [choose, *((r.value, words.capital(words.gold_role(r.value))) for r in GoldRole)]
        self.disclosure.choices = [choose, *((d.value, words.capital(words.disclosure(d.value))) for d in Disclosure)]


class EditionForm(FlaskForm):
    reason = _long_text(
        _("Why there is a new edition"),
        DataRequired(_("Write why: managers read it, and every report of the edition says it.")),
        rows=3,
        description=_("Managers read it beside what changed, and so does every report of the edition."),
    )


class WithdrawForm(FlaskForm):
    reason = _long_text(_("Why"), DataRequired(_("Write why: it stands in the record.")), rows=3)
