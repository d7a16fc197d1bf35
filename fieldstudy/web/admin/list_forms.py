"""What the addresses of the administrator's lists ask for."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField

from fieldstudy.core.access import Role
from fieldstudy.models import Client, JobState
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import previews as preview_queries
from fieldstudy.queries.accounts import AccountState
from fieldstudy.queries.visit_pdfs import VISIT_PDF
from fieldstudy.services import jobs
from fieldstudy.web import locale
from fieldstudy.web.pages import ListForm, search_field

ANY = ("", _("all"))
ANY_CLIENT = ("", _("all clients"))
NO_ROLE = "none"
EVERYWHERE = "everywhere"
KINDS: Mapping[str, Any] = {
    jobs.PICTURE: _("Photo: make the clean copy"),
    paper_queries.PAPERS: _("Report: draw the PDF"),
    preview_queries.PREVIEW: _("Preview: draw the PDF"),
    VISIT_PDF: _("Visit: draw the PDF"),
    paper_queries.TELL: _("E-mail: the reports are ready"),
    preview_queries.WAVE_PREVIEW: _("Preview: compute the figures"),
    job_queries.RELEASE: _("Release of a wave"),
    job_queries.VISIT_IMPORT: _("Import of visits"),
    invitation_queries.LETTER: _("E-mail: invitation"),
    invitation_queries.RESET_LETTER: _("E-mail: new password"),
    invitation_queries.NOTICE: _("E-mail: news of an account"),
}
"""Others are named as the program names them."""
STATES: Mapping[JobState, Any] = {
    JobState.WAITING: _("waiting"),
    JobState.RUNNING: _("running"),
    JobState.FAILED: _("given up"),
    JobState.REFUSED: _("refused"),
    JobState.DONE: _("done"),
    JobState.CANCELLED: _("cancelled"),
}


class AccountListForm(ListForm):
    search = search_field("", _("name or e-mail"))
    role = SelectField(_("Role"), default="")
    client = SelectField(_("Client"), default="")
    state = SelectField(_("Account"), default="")

    def __init__(self, clients: Iterable[Client], **arguments: Any) -> None:
        words = locale.current_words()
        choices = {
            "role": [ANY, *((role.value, words.label(role)) for role in Role), (NO_ROLE, _("no role"))],
            "client": [ANY_CLIENT, (EVERYWHERE, _("at every client")), *((str(one.id), one.name) for one in clients)],
            "state": [
                ANY,
                (AccountState.ACTIVE.value, _("has a password")),
                (AccountState.INVITED.value, _("invited")),
                (AccountState.DEACTIVATED.value, _("deactivated")),
            ],
        }
        super().__init__(choices, **arguments)


class JobListForm(ListForm):
    """By default what needs somebody, or will soon be done."""

    state = SelectField(_("State"), default="")

    def __init__(self, **arguments: Any) -> None:
        states = [(state.value, name) for state, name in STATES.items()]
        super().__init__({"state": [("", _("not done")), *states]}, **arguments)

    @property
    def wanted(self) -> tuple[JobState, ...]:
        return (
            (JobState(self.state.data),) if self.state.data else (JobState.FAILED, JobState.RUNNING, JobState.WAITING)
        )
