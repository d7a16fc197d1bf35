"""The people of a client: who they are there."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fieldstudy.core import ordering, search
from fieldstudy.models import Client
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import pages
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.people import PersonLine, Standing
from fieldstudy.services import mail
from fieldstudy.web.people import may_renew
from fieldstudy.web.studio.list_forms import NO_ACCOUNT, PersonListForm
from fieldstudy.web.studio.views.room import blueprint, for_whoever_knows_people


@blueprint.get("/clients/<uuid:client_id>/people")
@for_whoever_knows_people(client=people_queries.find_client)
def person_list(client: Client) -> ResponseReturnValue:
    form = PersonListForm(formdata=request.args)
    fitting = [one for one in people_queries.list_people_for_client(client.id) if _is_asked_for(one, form)]
    return render_template(
        "studio/person_list.html",
        client=client,
        form=form,
        found=pages.of_lines(sorted(fitting, key=_place), form.number),
        stores={store.id: store for store in study_queries.list_stores_for_client(client.id)},
        pending=invitation_queries.list_pending_for_client(client.id),
        may_renew=lambda user: may_renew(user, client),
        has_mail=mail.is_possible(),
    )


def _is_asked_for(person: PersonLine, form: PersonListForm) -> bool:
    roles = [one.role.value for one in person.memberships] if person.user else [NO_ACCOUNT]
    if person.standing != (form.account.data or Standing.ACTIVE):
        return False
    return form.role.data in ("", *roles) and search.matches(form.search.data, person.texts)


def _place(person: PersonLine) -> tuple[object, str]:
    return ordering.natural_key(person.name), person.user.email if person.user else ""
