"""Inviting people: to a role at a client, once more, or not after all."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.core import access
from fieldstudy.core import invitations as rules
from fieldstudy.models import Client, Invitation, Membership, Store, User
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import invitations, mail
from fieldstudy.services.invitations import AccountIsDeactivated, InvitationIsClosed, Invited, LinkIsForNobody
from fieldstudy.services.roles import AddressIsUnproven
from fieldstudy.web import guards, throttles
from fieldstudy.web.people import REFUSALS
from fieldstudy.web.studio.forms import PersonForm
from fieldstudy.web.studio.views.roles import membership_of
from fieldstudy.web.studio.views.room import blueprint, for_whoever_knows_people


@blueprint.get("/clients/<uuid:client_id>/people/new")
@for_whoever_knows_people(client=people_queries.find_client)
def person_new(client: Client) -> ResponseReturnValue:
    return _form_page(client, PersonForm(_stores(client)))


@blueprint.post("/clients/<uuid:client_id>/people/new")
@for_whoever_knows_people(client=people_queries.find_client)
@throttles.limit(throttles.INVITATIONS)
def person_new_post(client: Client) -> ResponseReturnValue:
    form = PersonForm(_stores(client))
    if not form.validate():
        return _form_page(client, form), 422
    membership = membership_of(client, form)
    if _has_role(form.email.data, membership):
        form.email.errors = [_("This person has this role here already.")]
        return _form_page(client, form), 422
    try:
        name, locale = form.name.data or "", form.locale.data
        invited = invitations.invite(form.email.data, membership, guards.viewer(), name, locale)
    except (AddressIsUnproven, AccountIsDeactivated) as refusal:
        form.email.errors = [str(REFUSALS[type(refusal)])]
        return _form_page(client, form), 422
    return _invited_page(client, invited), 201


def _form_page(client: Client, form: PersonForm) -> str:
    return render_template("studio/person_new.html", client=client, form=form, has_mail=mail.is_possible())


def _stores(client: Client) -> list[Store]:
    return list(study_queries.list_stores_for_client(client.id))


def _has_role(email: str, membership: access.Membership) -> bool:
    known = people_queries.find_user_by_email(email)
    return known is not None and membership in people_queries.account_of(known).memberships


def _invited_page(client: Client, invited: Invited) -> str:
    """Where mail goes out it says the same of everybody, whoever else may know the address."""
    if mail.is_possible():
        return _sent_page(client, invited.user.email)
    return _link_page(client, invited.user, invited.token, invited.way)


def _sent_page(client: Client, email: str) -> str:
    return render_template("studio/person_sent.html", client=client, email=email)


def _link_page(client: Client, user: User, token: str, way: rules.Way | None = None) -> str:
    """Drawn in answer to the POST: the token is known only now, and must not travel in an address or a cookie."""
    link = invitations.link(token) if token else ""
    is_offered = way == rules.Way.OFFERED
    return render_template("studio/person_link.html", user=user, link=link, client=client, is_offered=is_offered)


@blueprint.post("/memberships/<uuid:membership_id>/link")
@for_whoever_knows_people(membership=people_queries.find_membership)
@throttles.limit(throttles.INVITATIONS)
def person_link(membership: Membership) -> ResponseReturnValue:
    client = people_queries.find_client(guards.viewer(), membership.client_id) if membership.client_id else None
    if client is None:
        abort(404)
    try:
        token = invitations.renew(membership.user, client.id, guards.viewer())
    except LinkIsForNobody:
        return _link_page(client, membership.user, "")
    except AccountIsDeactivated:
        _say_deactivated(membership.user.email)
        return redirect(url_for("studio.person", client_id=client.id, user_id=membership.user_id))
    return _sent_page(client, membership.user.email) if not token else _link_page(client, membership.user, token)


@blueprint.post("/invitations/<uuid:invitation_id>/again")
@for_whoever_knows_people(invitation=invitation_queries.find_pending)
@throttles.limit(throttles.INVITATIONS)
def invitation_again(invitation: Invitation) -> ResponseReturnValue:
    email = invitation.user.email
    try:
        invitations.send_again(invitation, guards.viewer())
        flash(_("We are sending a new e-mail to %(email)s.", email=email))
    except InvitationIsClosed:
        flash(_("This invitation has been answered meanwhile."), "problem")
    except AccountIsDeactivated:
        _say_deactivated(email)
    return redirect(url_for("studio.person_list", client_id=invitation.client_id))


def _say_deactivated(email: str) -> None:
    text = _(
        "The account of %(email)s is deactivated, and no e-mail goes there. An administrator can activate it.",
        email=email,
    )
    flash(text, "problem")


@blueprint.post("/invitations/<uuid:invitation_id>/withdraw")
@for_whoever_knows_people(invitation=invitation_queries.find_pending)
def invitation_withdraw(invitation: Invitation) -> ResponseReturnValue:
    email = invitation.user.email
    try:
        invitations.withdraw(invitation, guards.viewer())
        flash(_("The invitation of %(email)s is withdrawn.", email=email))
    except InvitationIsClosed:
        flash(_("This invitation has been answered meanwhile."), "problem")
    return redirect(url_for("studio.person_list", client_id=invitation.client_id))
