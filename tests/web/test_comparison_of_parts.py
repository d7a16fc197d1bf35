"""Two waves side by side that did not measure the same: no row shows a change of anything but what it compares."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist
from fieldstudy.models import Edition, User
from fieldstudy.queries import networks
from fieldstudy.reports import network as network_reports
from fieldstudy.reports.network import Source
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
NINE = (make.option("yes", 9), make.option("no", 0))
NAMES = ("q1", "q2", "q3", "q4", "q5", "q6")
COUNTS = {"S-A": (2, 3, 4, 3, 3), "S-B": (3, 3, 2, 4, 3), "S-C": (4, 2, 3, 3, 3)}
"""Mean 3 of 6 in every store: with `always` 4 of 7, which is 57, and with 9 points for it 12 of 15, which is 80."""


def form(options: object = make.YES_NO, **settings: object) -> Checklist:
    """Six questions, and one that is always answered with yes."""
    questions = [*(make.question(name) for name in NAMES), make.question("always", options=options)]
    return Checklist("shop", make.text("Shop"), (make.section("a", *questions),), make.Settings(**settings))  # type: ignore[arg-type]


def two_waves(first: Checklist, second: Checklist) -> Edition:
    """The same answers in both."""
    study = make.study()
    for month, checklist in ((3, first), (4, second)):
        make.version(study, checklist)
        wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
        for store, counts in COUNTS.items():
            for yes in counts:
                raw = {f"q-{name}": ["yes" if number < yes else "no"] for number, name in enumerate(NAMES)}
                task = make.assignment(wave, at=make.store(study, store))
                make.approved(task, {**raw, "q-always": ["yes"]})
        edition = releases.release(wave)
    return edition


@pytest.fixture
def otherwise() -> Edition:
    """The total is made in another way: nothing of a store can be held against the wave before."""
    return two_waves(form(), form(total="section_weighted"))


@pytest.fixture
def partly() -> Edition:
    """One question counts 9 points: the other six stand at 3 of 6 in both waves."""
    return two_waves(form(), form(NINE))


def page(sign_in: SignIn, edition: Edition, path: str = "/compare") -> str:
    client = sign_in(make.user(Role.MANAGER, edition.wave.study.client))
    return client.get(f"/manager/waves/{edition.wave_id}{path}").text


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows(sign_in: SignIn, edition: Edition, table: str) -> list[dict[str, str]]:
    text = page(sign_in, edition, f"/compare?table={table}&file=csv")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def part(html: str, name: str) -> str:
    return html.split(f'<section class="part" id="{name}"')[1].split("</section>")[0]


def test_the_report_denies_no_change_of_stores_that_were_not_compared(otherwise: Edition) -> None:
    found = networks.of_edition(otherwise)
    assert found is not None
    report = network_reports.build(found.snapshot, found.checklist, words.of("en"), Source(otherwise.number))
    assert report.changed is not None
    assert "Not compared: 3 stores." in report.changed.others
    assert not re.search(r"No change can be shown for [^.]*stores", report.changed.others)


def test_stores_that_were_not_compared_were_not_tested_and_lie_on_no_line_together(
    sign_in: SignIn, otherwise: Edition
) -> None:
    html = page(sign_in, otherwise)
    stores, whole = part(html, "stores"), part(html, "touchpoints")
    assert "tested against the wave before" not in plain(stores)
    assert "No store was compared" in plain(stores)
    assert 'class="before"' not in stores
    assert plain(whole).count("Denominator 3 stores") == plain(whole).count("Unrounded")


def test_the_whole_visit_has_the_scores_of_both_waves_and_no_difference(sign_in: SignIn, otherwise: Edition) -> None:
    """57.14 in both waves, as the one touchpoint is; but not the same total."""
    whole, touchpoint = rows(sign_in, otherwise, "touchpoints")
    assert [whole[name] for name in ("Wave 3", "Wave 4", "difference", "changed?")] == [
        "57.1429",
        "57.1429",
        "",
        "not compared",
    ]
    assert touchpoint["difference"] == "0"


def test_a_store_that_is_compared_over_a_part_shows_the_two_figures_of_that_part(
    sign_in: SignIn, partly: Edition
) -> None:
    """Means of 3 of 6 are 50; the scores of the whole visit are 4 of 7 and 12 of 15."""
    html = plain(part(page(sign_in, partly), "stores"))
    assert "both figures of a row are over that part" in html
    assert "S-A, only over what both waves measured alike (whole visit: 57, then 80)" in html
    for row in rows(sign_in, partly, "stores"):
        assert [row[name] for name in ("Wave 3", "Wave 4", "difference")] == ["50", "50", "0"]
        low, high = (float(row[f"change: 95 percent {end}"]) for end in ("from", "to"))
        assert low == pytest.approx(-high)
        assert "only over what both waves measured alike (whole visit: 57, then 80)" in row["note"]


def test_the_wave_page_says_that_an_interval_is_over_a_part(sign_in: SignIn, partly: Edition) -> None:
    """The score stands beside it, which is not what the change is of."""
    text = page(sign_in, partly, "?table=stores&file=csv").removeprefix("\ufeff")
    found = list(csv.DictReader(io.StringIO(text)))
    assert {row["before"] for row in found} == {""}
    assert all(", over a part" in row["note"] for row in found)
