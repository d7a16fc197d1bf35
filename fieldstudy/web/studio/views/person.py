"""One person as a client knows them: name, account, and what they may do there."""

from collections.abc import Callable
from functools import wraps

from flask import abort
from flask.typing import ResponseReturnValue

from fieldstudy.core import people as rules
from fieldstudy.models import Client, User
from fieldstudy.queries import people as people_queries
from fieldstudy.services import mail
from fieldstudy.web import guards, people
from fieldstudy.web.people import Details, Place
from fieldstudy.web.studio.views.room import blueprint, for_whoever_knows_people


def for_a_person(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Each of the two may be reached, and have nothing to do with the other."""

    @for_whoever_knows_people(client=people_queries.find_client, user=people_queries.find_person)
    @wraps(view)
    def known(client: Client, user: User) -> ResponseReturnValue:
        if not people_queries.is_known_at(client.id, user):
            abort(404)
        return view(Place(client), user)

    return known


def _details(place: Place, user: User) -> Details:
    client = place.client or abort(404)
    roles = people_queries.list_roles(user.id)
    return Details(
        [one for one in roles if one.client_id in (None, client.id)],
        is_within=rules.may_change_account(guards.viewer(), map(people_queries.value_of, roles)),
        code=people_queries.find_code(client.id, user.id),
        may_get_roles=people_queries.works_for(client.id, user),
        may_renew=user.is_active and people.may_renew(user, client),
        has_mail=mail.is_possible(),
    )


people.add_pages(blueprint, "/clients/<uuid:client_id>/people/<uuid:user_id>", for_a_person, _details)
