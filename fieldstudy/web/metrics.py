"""How the installation does, as Prometheus reads it: requests as all processes count them, the rest from the database.

Nothing names anybody: a route is its rule, never the address that was asked for.
"""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_network

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from fieldstudy.config import Config
from fieldstudy.extensions import db
from fieldstudy.models.columns import now
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import sendings as sending_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.services import backups
from fieldstudy.web import guards, origins

blueprint = Blueprint("metrics", __name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
"""Headers that somebody adds who passes a request on."""
REQUESTS = Counter("fieldstudy_requests", "Requests that were answered.", ("method", "route", "status"), registry=None)
LATENCIES = Histogram(
    "fieldstudy_request_seconds", "From request to answer.", ("route",), buckets=SECONDS, registry=None
)


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, str(response.status_code)).inc()
    if "began" in g:
        LATENCIES.labels(route).observe(time.perf_counter() - g.began)
    return response


@blueprint.get("/metrics")
@guards.public
def metrics() -> ResponseReturnValue:
    if not _is_trusted():
        abort(404)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(LATENCIES)
    registry.register(_Figures())
    headers = {"Cache-Control": "no-store"}
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers=headers)


def _is_trusted() -> bool:
    """Through a proxy that no setting names everybody seems to be this very machine: then nobody is."""
    config = _config()
    if not config.trusted_proxies and any(name in request.headers for name in OF_PROXIES):
        return False
    address = origins.address()
    return address is not None and any(address in ip_network(network) for network in config.metrics_from)


def _config() -> Config:
    found: Config = current_app.extensions["fieldstudy"]
    return found


class _Figures(Collector):
    """Read when somebody asks, so that it does not matter which process answers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("disk_free_bytes", "Where FIELDSTUDY_DATA lies.", shutil.disk_usage(_config().data).free)
        last = backups.until()
        if last:
            yield _gauge("last_backup_seconds", "Unix time: what was received before is backed up.", last.timestamp())
        try:
            found = list(_of_database(now()))
        except SQLAlchemyError:
            db.session.rollback()
            current_app.logger.warning("the database gives no figures", exc_info=True)
            found = []
        yield _gauge("database_up", "1 where the database answers; else its figures are missing.", int(bool(found)))
        yield from found


def _of_database(at: datetime) -> Iterator[GaugeMetricFamily]:
    jobs = GaugeMetricFamily("fieldstudy_jobs", "Jobs that wait, run, or were given up.", labels=["state"])
    for state, count in job_queries.count_by_state().items():
        jobs.add_metric([state.value], count)
    yield jobs
    oldest = job_queries.find_oldest_due_at(at)
    waited = max(0.0, (at - oldest).total_seconds()) if oldest else 0
    yield _gauge("queue_age_seconds", "How long the oldest job that is due has waited.", waited)
    yield _gauge("inbox_bytes", "Photos as phones sent them.", sending_queries.count_inbox_bytes())
    yield _gauge("quarantined_visits", "Visits under review.", sending_queries.count_all_open_quarantined())
    yield _gauge("sessions", "Devices that are signed in.", session_queries.count_open_sessions(at))


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"fieldstudy_{name}", meaning, value=value)
