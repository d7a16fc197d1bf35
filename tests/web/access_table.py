"""Who may reach what, written by hand: the program is measured against this table, not against its own policies.

Every route stands in exactly one line. A new route without one fails the matrix with its name.
"""

from dataclasses import dataclass
from enum import StrEnum

from tests.web.access_world import FIELDWORKERS, MANAGERS


class Audience(StrEnum):
    """Whom a route serves, and with which rows."""

    PUBLIC = "anybody"
    SIGNED = "whoever is signed in, also without a role"
    OWN = "whose session, passkey or offer it is"
    FIELD = "fieldworkers"
    FIELD_OWN = "the fieldworker whose assignment or visit it is"
    FIELD_STUDY = "fieldworkers who are sent in this study"
    DESK = "reviewers"
    DESK_CLIENT = "reviewers of the client"
    QUARANTINE = "reviewers, coordinators, administrators"
    VISITS = "reviewers and coordinators of the client"
    RESULTS = "managers and coordinators"
    RESULTS_CLIENT = "managers of the client, however narrowed, and its coordinators"
    RESULTS_STORE = "managers who see this store, and coordinators of the client"
    RESULTS_WHOLE = "managers who see every store, and coordinators of the client"
    STUDIO = "coordinators"
    STUDIO_CLIENT = "coordinators of the client"
    PEOPLE = "coordinators and administrators"
    PEOPLE_CLIENT = "coordinators of the client, and administrators"
    ADMIN = "administrators"


A = Audience
TABLE: dict[Audience, str] = {
    A.PUBLIC: """
        account.demo_sign_in account.invitation account.invitation_post account.language account.second_step
        account.second_step_post account.sign_in account.sign_in_post account.sign_out
        account.forgotten_password account.forgotten_password_post account.passkey_options account.passkey_sign_in
        account.password_set
        api.session api.session_post
        field.asset_file field.manifest field.service_worker field.shell health.live health.ready metrics.metrics
    """,
    A.SIGNED: """
        account.authenticator account.authenticator_begin account.authenticator_post account.authenticator_remove
        account.overview account.password account.password_post account.profile account.profile_post account.prove
        account.recovery_codes_post account.second_factor account.sign_out_everywhere account.offer_list
        account.own_data
        account.passkey_new account.passkey_post home.index
    """,
    A.OWN: "account.session_end account.passkey_remove account.offer_accept account.offer_decline",
    A.FIELD: """
        field.assignment_list field.queue field.saved_file field.saved_file_post field.sync field.visit_list
        api.draft_put api.medium api.medium_put api.visit_put
    """,
    A.FIELD_OWN: """
        field.assignment field.jotting_list field.jotting_post field.photo field.photo_post field.receipt field.start
        field.unsent_list field.visit_form field.visit_form_post field.visit_pdf field.visit_report
    """,
    A.FIELD_STUDY: "field.blank_form field.reference",
    A.DESK: "desk.visit_list",
    A.DESK_CLIENT: """
        desk.approve desk.approve_covert desk.keep_version desk.release desk.send_back desk.set_aside desk.take
        desk.use_version
    """,
    A.QUARANTINE: "desk.quarantine_list",
    A.VISITS: """
        desk.photo desk.quarantined desk.set_quarantined_aside desk.small_photo desk.take_in desk.visit desk.visit_pdf
    """,
    A.RESULTS: "manager.wave_list",
    A.RESULTS_CLIENT: """
        manager.accent manager.logo manager.action_new manager.action_new_post manager.comparison manager.edition_list
        manager.paper_bundle manager.question manager.touchpoint manager.wave
    """,
    A.RESULTS_STORE: """
        manager.action manager.action_finish manager.action_finish_again manager.action_list manager.action_post
        manager.action_remove manager.action_reopen manager.figure manager.photo manager.score manager.store
        manager.store_pdf
    """,
    A.RESULTS_WHOLE: "manager.edition_network_pdf manager.network manager.network_pdf",
    A.STUDIO: "studio.store_example studio.study_list",
    A.STUDIO_CLIENT: """
        studio.approve_covert studio.assign studio.assign_post studio.assignment_list studio.brand studio.brand_post
        studio.cancel_papers studio.checklist studio.checklist_file studio.checklist_import studio.checklist_in_force
        studio.checklist_list studio.checklist_notes studio.logo studio.paper_bundle studio.paper_list
        studio.papers_again studio.preview studio.preview_figures_post studio.preview_network
        studio.preview_network_post studio.preview_pdf studio.preview_store studio.preview_store_post studio.reference
        studio.reference_list studio.reference_post studio.reference_remove studio.release studio.release_again
        studio.release_again_post studio.release_cancel
        studio.release_post studio.release_progress studio.release_retry studio.retry_papers studio.store_import
        studio.store_list studio.study studio.study_edit studio.study_edit_post studio.study_new studio.study_new_post
        studio.visit_import studio.visit_import_post studio.import_progress
        studio.wave studio.wave_new studio.wave_new_post studio.withdraw
        studio.withdraw_post
    """,
    A.PEOPLE: "studio.client_new studio.client_new_post",
    A.PEOPLE_CLIENT: """
        studio.person studio.person_activate studio.person_deactivate studio.person_deactivate_post studio.person_link
        studio.person_list studio.person_name_post studio.person_new studio.person_new_post studio.person_sign_out
        studio.role_edit studio.role_edit_post studio.role_new studio.role_new_post studio.role_withdraw
        studio.role_withdraw_post studio.invitation_again studio.invitation_withdraw
    """,
    A.ADMIN: """
        admin.client_list admin.job_list admin.job_retry admin.job_retry_all admin.overview admin.person
        admin.person_activate admin.person_deactivate admin.person_deactivate_post admin.person_list
        admin.person_factors admin.person_factors_post
        admin.person_name_post admin.person_sign_out admin.role_withdraw admin.role_withdraw_post admin.settings
        studio.letter studio.letter_list
    """,
}
AUDIENCE = {endpoint: audience for audience, endpoints in TABLE.items() for endpoint in endpoints.split()}
RELEASED = {"manager", "edition"}
"""Rooms whose wave is a released one."""
MAY_LACK = {
    "account.forgotten_password": "only where letters can be sent",
    "account.forgotten_password_post": "only where letters can be sent",
    "account.passkey_options": "only under an address of its own",
    "account.demo_sign_in": "only in the demo",
    "account.invitation": "no such link",
    "account.invitation_post": "no such link",
    "field.asset_file": "no such file",
    "field.blank_form": "a method that the checklist may not have",
    "studio.role_edit": "a role of which nothing can be changed",
    "studio.role_edit_post": "a role of which nothing can be changed",
    "manager.photo": "no such photo in this report",
    "metrics.metrics": "only from addresses that are trusted",
    "studio.letter": "only in the demo",
    "studio.letter_list": "only in the demo",
    "studio.cancel_papers": "only after the release",
    "studio.papers_again": "only after the release",
    "studio.retry_papers": "only after the release",
    "studio.import_progress": "only once a file was sent",
    "studio.release_progress": "only once it is ordered",
    "studio.release_cancel": "only once it is ordered",
    "studio.release_retry": "only once it is ordered",
}
"""Routes that may answer 404 to those whom they serve, and why."""


MAY_BE_BUSY = {"health.ready": "says that no worker runs"}
"""Routes that may answer 503, and why."""


@dataclass(frozen=True)
class Looker:
    """`client` is the canary of the half to which this person belongs: empty for none, "*" for every client."""

    key: str
    client: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.key not in ("stranger", "deactivated")


@dataclass(frozen=True)
class Aim:
    """Which rows a request names: of which client, the first or the second of it, or none that exist."""

    client: str
    is_second: bool = False


def may(looker: Looker, audience: Audience, aim: Aim | None) -> bool:
    """`aim` is None for a route that names no row."""
    if audience == A.PUBLIC:
        return True
    if not looker.is_signed_in or looker.key == "roleless":
        return looker.is_signed_in and audience == A.SIGNED
    if aim is None:
        return audience == A.SIGNED or _is_of_room(looker.key, audience)
    return _reaches(looker, audience, aim)


ROOMS = {
    A.FIELD: FIELDWORKERS,
    A.DESK: ("reviewer",),
    A.QUARANTINE: ("reviewer", "coordinator", "admin"),
    A.RESULTS: (*MANAGERS, "coordinator"),
    A.STUDIO: ("coordinator",),
    A.PEOPLE: ("coordinator", "admin"),
    A.ADMIN: ("admin",),
}


def _is_of_room(key: str, audience: Audience) -> bool:
    return key in ROOMS[audience]


def _reaches(looker: Looker, audience: Audience, aim: Aim) -> bool:
    key, is_home = looker.key, looker.client in (aim.client, "*")
    if audience == A.FIELD:
        return key in FIELDWORKERS
    if audience in (A.PEOPLE_CLIENT, A.ADMIN) and key == "admin":
        return aim.client != ""
    if not is_home or aim.client == "" or audience == A.ADMIN:
        return False
    return {
        A.OWN: key == ("reviewer" if aim.is_second else "manager"),
        A.FIELD_OWN: key in FIELDWORKERS and not aim.is_second,
        A.FIELD_STUDY: key in FIELDWORKERS,
        A.DESK_CLIENT: key == "reviewer",
        A.VISITS: key in ("reviewer", "coordinator"),
        A.RESULTS_CLIENT: key in (*MANAGERS, "coordinator"),
        A.RESULTS_STORE: key in ("manager", "coordinator") or (key in MANAGERS and not aim.is_second),
        A.RESULTS_WHOLE: key in ("manager", "coordinator"),
        A.STUDIO_CLIENT: key == "coordinator",
        A.PEOPLE_CLIENT: key == "coordinator",
    }[audience]
