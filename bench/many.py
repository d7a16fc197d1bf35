"""Reports of many stores on two workers, beside two processes that only print the same finished HTML."""

import multiprocessing
import os
import time
from dataclasses import dataclass

import weasyprint
from flask import Flask
from weasyprint.text.fonts import FontConfiguration

from bench.world import checklist, raw
from fieldstudy.config import SITE
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Paper, StoreEdition
from fieldstudy.queries import releases as release_queries
from fieldstudy.reports import anchors, pdf
from fieldstudy.reports import papers as paper_reports
from fieldstudy.services import releases
from tests import factories as make
from tests.workers import started

STORES = int(os.environ.get("FIELDSTUDY_BENCH_REPORTS", "200"))
VISITS, PROCESSES, LANGUAGE = 4, 2, "en"
WARM_UP = 4
"""Papers after which the clock starts: processes have begun, fonts and style sheets are read."""
POLL_SECONDS, LONGEST_SECONDS = 0.05, 3600


@dataclass(frozen=True)
class Many:
    """Reports per second from the release to the last row, and of the bare floor; `ratio` is floor ÷ ours."""

    reports: int
    ours_per_second: float
    floor_per_second: float
    ratio: float

    def __str__(self) -> str:
        said = f"{self.ours_per_second:.2f}/s, floor {self.floor_per_second:.2f}/s (floor ÷ ours {self.ratio:.2f})"
        return f"reports of {self.reports} stores on {PROCESSES} workers: {said}"


def measure(app: Flask) -> Many:
    """Within the application's context; one language, since the manager reads one."""
    edition = _release()
    ours = _ours(app)
    floor = _floor(_pages(edition))
    return Many(STORES, ours, floor, floor / ours)


def _release() -> Edition:
    study = make.study()
    make.version(study, checklist())
    make.user(Role.MANAGER, study.client)
    wave = make.wave(study)
    for number in range(STORES):
        place = make.store(study, f"N{number:04}")
        for visit in range(VISITS):
            make.approved(make.assignment(wave, at=place), raw(VISITS * number + visit))
    return releases.release(wave)


def _ours(app: Flask) -> float:
    with started(app, "", "--processes", str(PROCESSES)):
        first, begun = _wait(WARM_UP)
        last, ended = _wait(STORES)
    return (last - first) / (ended - begun)


def _wait(count: int) -> tuple[int, float]:
    """Until so many papers are kept; how many there are then, and when that is."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while (kept := _count()) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {kept} of {count} reports were drawn")
        time.sleep(POLL_SECONDS)
    return kept, time.monotonic()


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Paper)) or 0


def _pages(edition: Edition) -> list[str]:
    ids = db.session.scalars(db.select(StoreEdition.id).where(StoreEdition.edition_id == edition.id)).all()
    return [_page(release_queries.get_store_edition(one)) for one in ids]


def _page(frozen: StoreEdition) -> str:
    html = pdf.html_of(paper_reports.store_report(frozen, LANGUAGE), LANGUAGE)
    return anchors.released(html, pdf.drawn_with())


def _floor(pages: list[str]) -> float:
    """Bare WeasyPrint with the same fonts and style sheets, read once in each process; no row and no file."""
    db.session.remove()
    db.engine.dispose()
    with multiprocessing.get_context("fork").Pool(PROCESSES, _begin) as pool:
        pool.map(_print, pages[:WARM_UP], 1)
        begun = time.monotonic()
        pool.map(_print, pages, 1)
        return len(pages) / (time.monotonic() - begun)


_kept: dict[str, object] = {}
"""Of one process of the floor: its fonts and style sheets."""


def _begin() -> None:
    fonts, fetcher = FontConfiguration(), pdf.fetcher_of(weasyprint, pdf.font_files())
    sheets = [(SITE / "static" / "css" / name).read_text() for name in pdf.STYLES]
    _kept["fonts"] = fonts
    _kept["styles"] = [
        weasyprint.CSS(string=css, base_url=pdf.SCHEME, url_fetcher=fetcher, font_config=fonts) for css in sheets
    ]


def _print(html: str) -> int:
    page = weasyprint.HTML(string=html, base_url=pdf.SCHEME, url_fetcher=pdf.fetcher_of(weasyprint, {}))
    made = page.write_pdf(stylesheets=_kept["styles"], font_config=_kept["fonts"], pdf_variant="pdf/ua-1")
    return len(made)
