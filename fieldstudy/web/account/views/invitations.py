"""Where links lead: to a new password, or to a role that is offered."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core import invitations as rules
from fieldstudy.core.access import Role
from fieldstudy.core.invitations import Kind
from fieldstudy.models import Invitation
from fieldstudy.models.columns import now
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import invitations, passwords, sessions
from fieldstudy.web import guards, home, locale, session, throttles
from fieldstudy.web.account.forms import PasswordForm
from fieldstudy.web.account.views.room import blueprint


@blueprint.get("/invitation/<token>")
@guards.public
def invitation(token: str) -> ResponseReturnValue:
    found = _usable(token)
    if found is None:
        return _closed_page()
    if _sets_password(found):
        return _page(found, PasswordForm(), 200)
    if current_user.is_authenticated and current_user.id != found.user_id:
        email = found.user.email
        flash(_("This link is for %(email)s. Sign out here, and sign in with that address.", email=email), "problem")
    return redirect(url_for("account.offer_list"))


@blueprint.post("/invitation/<token>")
@guards.public
@throttles.limit(throttles.LINKS_USED, key=throttles.network)
def invitation_post(token: str) -> ResponseReturnValue:
    found = _usable(token)
    if found is None or not _sets_password(found):
        return _closed_page()
    form = PasswordForm()
    if not form.validate():
        return _page(found, form, 422)
    try:
        shown = invitations.accept(found, form.password.data)
    except passwords.PasswordIsWeak as weak:
        form.password.errors = [locale.current_words().name(weak.weakness)]
        return _page(found, form, 422)
    except invitations.InvitationIsClosed:
        return _closed_page()
    if shown is None:
        # Whoever has a second factor is asked for it on the way in: a link never stands in for it.
        return redirect(url_for("account.password_set"))
    session.enter(found.user, shown)
    flash(_("Your password is set. Welcome."))
    if found.kind == Kind.ROLE:
        flash(_accepted(found))
    return redirect(url_for("home.index"))


@blueprint.get("/password-set")
@guards.public
def password_set() -> str:
    """A page of its own: nothing is kept for a stranger that the next one could say."""
    return render_template("account/password_set.html")


def _page(found: Invitation, form: PasswordForm, status: int) -> Response:
    page = render_template("account/invitation.html", form=form, user=found.user, kind=found.kind, client=found.client)
    answer = make_response(page, status)
    # The address of this page is a key: whatever it loads or leads to is told our host and no more.
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


def _closed_page() -> ResponseReturnValue:
    return render_template("account/invitation_closed.html"), 410


def _usable(token: str) -> Invitation | None:
    found = invitation_queries.find_by_token(sessions.token_hash(token))
    return found if found is not None and invitations.is_usable(found, now()) else None


def _sets_password(found: Invitation) -> bool:
    return rules.sets_password(found.kind, people_queries.account_of(found.user))


@blueprint.get("/offers")
@guards.allow(*guards.ANYBODY)
def offer_list() -> str:
    """Roles at clients that this person does not work for yet."""
    return render_template("account/offers.html", offers=invitation_queries.list_own(current_user.id))


@blueprint.post("/offers/<uuid:offer_id>/accept")
@guards.allow(*guards.ANYBODY, offer=invitation_queries.find_own)
def offer_accept(offer: Invitation) -> ResponseReturnValue:
    told, room = _accepted(offer), home.room_of(Role(str(offer.role)))
    try:
        invitations.take(offer, session.current_id())
    except invitations.InvitationIsClosed:
        return _too_late()
    flash(told)
    return redirect(url_for("account.offer_list" if invitation_queries.list_own(current_user.id) else room))


def _accepted(offer: Invitation) -> str:
    store, client = offer.store.name if offer.store else None, offer.client.name if offer.client else ""
    role = locale.current_words().role_in(Role(str(offer.role)), offer.region, store)
    return _("You now have this role at %(client)s: %(role)s.", client=client, role=role)


@blueprint.post("/offers/<uuid:offer_id>/decline")
@guards.allow(*guards.ANYBODY, offer=invitation_queries.find_own)
def offer_decline(offer: Invitation) -> ResponseReturnValue:
    try:
        invitations.decline(offer)
    except invitations.InvitationIsClosed:
        return _too_late()
    flash(_("You have declined the role."))
    return redirect(url_for("account.offer_list"))


def _too_late() -> ResponseReturnValue:
    flash(_("This role is offered no more."), "problem")
    return redirect(url_for("account.offer_list"))
