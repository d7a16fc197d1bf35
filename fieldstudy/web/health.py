"""What those who watch over an installation ask, without signing in. The answers hold nothing of anybody."""

from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from fieldstudy.services import health
from fieldstudy.services.health import Check
from fieldstudy.web import guards

blueprint = Blueprint("health", __name__)
NOT_KEPT = {"Cache-Control": "no-store"}


@blueprint.get("/healthz")
@guards.public
def live() -> ResponseReturnValue:
    """The process answers: no reason to start it anew. It asks nobody, not even the database."""
    return {"status": "ok"}, NOT_KEPT


@blueprint.get("/readyz")
@guards.public
def ready() -> ResponseReturnValue:
    """All that is needed for work is there: the database can be written and is up to date, disk, worker, queue."""
    checks = health.check(current_app.extensions["fieldstudy"].data)
    is_ready = all(check.is_ok for check in checks.values())
    shown = {name: _shown(check) for name, check in checks.items()}
    return {"status": "ok" if is_ready else "failing", "checks": shown}, 200 if is_ready else 503, NOT_KEPT


def _shown(check: Check) -> dict[str, Any]:
    status = {"status": "ok" if check.is_ok else "failing"}
    return status if check.seconds is None else {**status, "seconds": check.seconds}
