"""The first page: what needs somebody, and whether the installation can do its work."""

from decimal import Decimal

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from fieldstudy.models import JobState
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import sendings as sending_queries
from fieldstudy.services import backups, health
from fieldstudy.web import guards
from fieldstudy.web.admin.views.room import blueprint, for_admins


@blueprint.get("/")
@for_admins()
def overview() -> ResponseReturnValue:
    data = current_app.extensions["fieldstudy"].data
    return render_template(
        "admin/overview.html",
        people=account_queries.count_active(),
        clients=account_queries.count_clients(),
        jobs=job_queries.count_by_state(),
        JobState=JobState,
        checks=health.check(data),
        free_gigabytes=Decimal(health.free_bytes(data)) / 10**9,
        schema=health.schema(),
        backed_up_until=backups.until(),
        quarantined=sending_queries.count_open_quarantined(guards.viewer()),
    )
