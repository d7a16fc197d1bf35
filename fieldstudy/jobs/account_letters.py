"""Letters about accounts. The token of a link is made here, just before its letter leaves, and kept nowhere."""

from uuid import UUID

from flask import current_app

from fieldstudy.config import Config
from fieldstudy.core import invitations as rules
from fieldstudy.core.access import Role
from fieldstudy.core.factors import Change
from fieldstudy.models import Invitation
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.reports import account_letters
from fieldstudy.services import invitations, mail
from fieldstudy.services.jobs import Lease
from fieldstudy.services.notices import Notice


def send_invitation(lease: Lease) -> None:
    """Begun again, it sends another link, and the earlier one is closed."""
    row = invitation_queries.get(UUID(lease.payload["invitation"]))
    token = invitations.issue(row)
    if token is not None:
        _send(row, token)


def send_reset(lease: Lease) -> None:
    if lease.payload["user"] is None:
        return
    issued = invitations.issue_reset(invitation_queries.get_user(UUID(lease.payload["user"])))
    if issued is not None:
        _send(*issued)


def _send(row: Invitation, token: str) -> None:
    config: Config = current_app.extensions["fieldstudy"]
    until, link = config.local(row.expires_at), invitations.link(token)
    sets_password = rules.sets_password(row.kind, people_queries.account_of(row.user))
    letter = account_letters.invitation(row, mail.sender(), link, until, sets_password)
    mail.send(letter, row.user.email, f"{row.id}")


def send_notice(lease: Lease) -> None:
    config: Config = current_app.extensions["fieldstudy"]
    user = invitation_queries.get_user(UUID(lease.payload["user"]))
    at = config.local(job_queries.get_job(lease.job_id).created_at)
    if lease.payload["notice"] == Notice.PASSWORD:
        letter = account_letters.password_changed(user, mail.sender(), at, config.link("/account/forgotten-password"))
    elif lease.payload["notice"] == Notice.FACTORS:
        change, page = Change(lease.payload["change"]), config.link("/account/second-factor")
        letter = account_letters.factors_changed(user, mail.sender(), at, change, page)
    else:
        client_id = lease.payload["client"]
        client = invitation_queries.get_client(UUID(client_id)) if client_id else None
        role = Role(lease.payload["role"])
        letter = account_letters.role_given(user, mail.sender(), at, role, client, config.link("/"))
    mail.send(letter, user.email, f"{lease.job_id}")
