"""`python -m bench.dashboards`: a wave of 1,000 stores × 8 visits × 40 answers, beside the bare SQL sum."""

import gc
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import LargeBinary, String, Uuid, column, func, insert, select, table

from bench import timing, world
from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.core import answers as answering
from fieldstudy.core import scoring
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Edition,
    Fieldworker,
    ScoreRow,
    SectionScoreRow,
    Store,
    Study,
    User,
    Visit,
    Wave,
)
from fieldstudy.models.columns import new_id
from fieldstudy.services import releases
from tests import factories as make
from tests import servers, signing

STORES, VISITS, WAVES, ROUNDS = int(os.environ.get("FIELDSTUDY_BENCH_STORES", "1000")), 8, 12, 15
KINDS = 40
"""Different visits; more would only make the filling slower."""
BATCH = 2_000
ROWS = table(
    "store_editions",
    *(column(name, Uuid) for name in ("id", "edition_id", "client_id", "store_id", "checklist_version_id")),
    *(column(name, LargeBinary) for name in ("score", "snapshot")),
    column("sha256", String),
)
"""The rows of frozen stores with their bytes as they lie."""


ABOUT = (
    f"Dashboards: {STORES} stores × {VISITS} visits × 40 answers in a wave, {WAVES} waves. Floor: the bare SQL sum of\n"
    "one wave's points by store and touchpoint, or that for every wave. Page: signed in, drawn whole. Medians."
)


def measure() -> list[timing.Pair]:
    """On both databases, each filled anew."""
    return [pair for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgres)) for pair in _on(name, database)]


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'bench.sqlite'}"


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    with servers.postgres_url() as url:
        yield url


def _on(name: str, database: Callable[[Path], Any]) -> list[timing.Pair]:
    with tempfile.TemporaryDirectory(prefix="fieldstudy-bench-") as folder, database(Path(folder)) as url:
        app = create_app(Config(Path(folder), url, "only for measuring, and long enough", is_secure=False))
        with app.app_context():
            upgrade()
            started = time.perf_counter()
            manager, waves = _fill()
            print(f"{name}: filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
            wave_id = waves[0].id
            db.session.remove()
        client = _signed_in(app, manager)
        gc.freeze()
        pairs = [
            _page(app, client, f"{name}: dashboard, one wave", f"/manager/waves/{wave_id}", "<= 50 ms", wave_id),
            _page(app, client, f"{name}: dashboard, all {WAVES} waves", "/manager/", "<= 300 ms", wave_id, WAVES),
        ]
        with app.app_context():
            db.engine.dispose()
        return pairs


def _signed_in(app: Flask, user: User) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", signing.token_of(app, user))
    return client


def _page(
    app: Flask, client: FlaskClient, name: str, address: str, goal: str, wave_id: Any, sums: int = 1
) -> timing.Pair:
    def page() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")

    def bare() -> None:
        with app.app_context():
            for _ in range(sums):
                db.session.execute(_sum(wave_id)).all()
            db.session.remove()

    return timing.in_turn(name, goal, page, bare, ROUNDS)


def _sum(wave_id: Any) -> Any:
    """The least that a dashboard without frozen figures would ask: points by store and touchpoint."""
    query = select(
        Visit.store_id,
        SectionScoreRow.section,
        func.sum(SectionScoreRow.earned),
        func.sum(SectionScoreRow.possible),
    ).join(Visit, Visit.id == SectionScoreRow.visit_id)
    return query.where(Visit.wave_id == wave_id).group_by(Visit.store_id, SectionScoreRow.section)


def _fill() -> tuple[User, list[Wave]]:
    """The first wave is released as in life; the others repeat its frozen figures."""
    study = make.study()
    version = make.version(study, world.checklist())
    stores = _stores(study)
    fieldworker = Fieldworker(id=new_id(), client_id=study.client_id, code="F1")
    db.session.add(fieldworker)
    db.session.commit()
    manager = make.user(Role.MANAGER, study.client)
    waves = [make.wave(study, f"Wave {n}", make.TODAY - timedelta(days=40 * n)) for n in range(WAVES)]
    kinds = [_kind(version.content, seed) for seed in range(KINDS)]
    _visits(waves[0], stores, version.id, fieldworker.id, kinds)
    releases.release(waves[0])
    for wave in waves[1:]:
        _repeat(waves[0], wave)
    db.session.commit()
    return manager, waves


def _stores(study: Study) -> list[Store]:
    rows = [
        Store(
            id=new_id(),
            client_id=study.client_id,
            code=f"S{n:04}",
            name=f"Store number {n}",
            city="Verona",
            region=f"Region {n % 12}",
        )
        for n in range(STORES)
    ]
    db.session.add_all(rows)
    db.session.commit()
    return rows


def _kind(checklist: Checklist, seed: int) -> tuple[list[Any], scoring.Score]:
    reading = answering.read(checklist.for_method(Method.MYSTERY_SHOPPING), world.raw(seed), make.TODAY)
    score = scoring.score(checklist, Method.MYSTERY_SHOPPING, reading.answers, make.TODAY)
    return list(reading.answers), score


def _visits(wave: Wave, stores: list[Store], version: Any, fieldworker: Any, kinds: list[Any]) -> None:
    tables: dict[Any, list[dict[str, Any]]] = {Visit: [], ScoreRow: [], SectionScoreRow: [], AnswerRow: []}
    turn = itertools.cycle(range(len(kinds)))
    for store, _ in itertools.product(stores, range(VISITS)):
        visit_id, own = new_id(), {"client_id": wave.client_id}
        answers, score = kinds[(next(turn) * 7 + store.id.int) % len(kinds)]
        tables[Visit].append(
            {
                "id": visit_id,
                **own,
                "wave_id": wave.id,
                "store_id": store.id,
                "fieldworker_id": fieldworker,
                "checklist_version_id": version,
                "method": Method.MYSTERY_SHOPPING,
                "state": State.APPROVED,
                "state_reason": "",
                "gold_role": "",
                "disclosure": "",
                "revision": 1,
                "started_at": make.NOON,
            }
        )
        tables[ScoreRow].append(_score(visit_id, own, version, score))
        tables[SectionScoreRow] += [_section(visit_id, own, section) for section in score.sections]
        tables[AnswerRow] += [_answer(visit_id, own, answer) for answer in answers]
    for model, rows in tables.items():
        for start in range(0, len(rows), BATCH):
            db.session.execute(insert(model), rows[start : start + BATCH])
    db.session.commit()


def _score(visit_id: Any, own: dict[str, Any], version: Any, score: scoring.Score) -> dict[str, Any]:
    sums = {name: sum((getattr(s, name) for s in score.sections), Decimal(0)) for name in ("earned", "possible")}
    totals = {"raw": score.raw, "final": score.final, "fired": score.fired}
    return {"visit_id": visit_id, **own, "checklist_version_id": version, "revision": 1, **sums, **totals}


def _section(visit_id: Any, own: dict[str, Any], section: scoring.SectionScore) -> dict[str, Any]:
    return {"visit_id": visit_id, **own, **{field.name: getattr(section, field.name) for field in fields(section)}}


def _answer(visit_id: Any, own: dict[str, Any], answer: Any) -> dict[str, Any]:
    said = {name: getattr(answer, name) for name in ("question", "value", "is_na", "comment")}
    return {"visit_id": visit_id, "revision": 1, **own, **said}


def _repeat(first: Wave, wave: Wave) -> None:
    edition = db.session.scalars(select(Edition).where(Edition.wave_id == first.id)).one()
    other = Edition(id=new_id(), client_id=wave.client_id, wave_id=wave.id, number=1, network=edition.network)
    db.session.add(other)
    wave.released_at = edition.released_at
    db.session.flush()
    frozen = db.session.execute(select(*ROWS.c).where(ROWS.c.edition_id == edition.id))
    for rows in _batches(frozen):
        db.session.execute(insert(ROWS), [{**row._mapping, "id": new_id(), "edition_id": other.id} for row in rows])


def _batches(rows: Any, size: int = 200) -> Iterator[list[Any]]:
    while found := list(itertools.islice(rows, size)):
        yield found


if __name__ == "__main__":
    print(timing.table(measure()))
    print(f"\n{ABOUT}")
