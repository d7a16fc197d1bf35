"""The front door: everybody lands in their own room."""

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from fieldstudy.core.access import FIELDWORKERS, Role
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.web import guards

blueprint = Blueprint("home", __name__)

OFFERS_TOLD = "offers_told"
"""Roles that are offered come first, once: whoever wants to decide later is not asked again in this session."""
ROOMS = (
    (frozenset(FIELDWORKERS), "field.assignment_list"),
    (frozenset({Role.REVIEWER}), "desk.visit_list"),
    (frozenset({Role.ADMIN}), "admin.overview"),
    (frozenset({Role.COORDINATOR}), "studio.study_list"),
    (frozenset({Role.MANAGER}), "manager.wave_list"),
)


def room_of(role: Role) -> str:
    """The endpoint at which somebody with this role works."""
    return next(endpoint for roles, endpoint in ROOMS if role in roles)


@blueprint.get("/")
@guards.allow(*guards.ANYBODY)
def index() -> ResponseReturnValue:
    viewer = guards.viewer()
    if OFFERS_TOLD not in session and invitation_queries.list_own(viewer.user_id):
        session[OFFERS_TOLD] = True
        return redirect(url_for("account.offer_list"))
    room = next((endpoint for roles, endpoint in ROOMS if viewer.has(*roles)), None)
    return redirect(url_for(room)) if room else render_template("home.html")
