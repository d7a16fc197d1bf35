"""Released waves of which nothing may be said, and the words that say so: in both languages, on both databases.

Other points and another mix of methods have their waves in test_waves_measured_otherwise.
"""

import csv
import io
import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from scipy import stats

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist
from fieldstudy.models import Edition, Study, User
from fieldstudy.queries import networks
from fieldstudy.reports import network as network_reports
from fieldstudy.reports import papers
from fieldstudy.reports.network import Source
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
D = Decimal
BASE = 25


def form(count: int) -> Checklist:
    questions = [make.question(f"q{number}") for number in range(count)]
    return Checklist("shop", make.text("Shop"), (make.section("a", *questions),))


def made_wave(study: Study, month: int, visits: Iterator[tuple[str, Sequence[bool]]]) -> Edition:
    wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
    places = {}
    for code, answers in visits:
        place = places.get(code) or places.setdefault(code, make.store(study, code))
        raw = {f"q-q{number}": ["yes" if answer else "no"] for number, answer in enumerate(answers)}
        make.approved(make.assignment(wave, at=place), raw)
    return releases.release(wave)


# p = 0.06 with an interval over zero


@pytest.fixture
def nearly(app: Flask) -> Edition:
    """One question, 25 visits in each wave: 23 yes, then 18. scipy: Welch's p of the visits is 0.069."""
    study = make.study()
    make.version(study, form(1))
    for month, yes in ((3, 23), (4, 18)):
        edition = made_wave(study, month, (("AA", [number < yes]) for number in range(BASE)))
    return edition


def test_the_case_lies_between_one_in_twenty_and_one_in_ten() -> None:
    """The interval holds 0, and Benjamini and Hochberg at q = 0.10 would let it pass."""
    before, after = ([1.0] * yes + [0.0] * (BASE - yes) for yes in (23, 18))
    found = stats.ttest_ind(after, before, equal_var=False)
    assert 0.05 < found.pvalue < 0.10
    low, high = found.confidence_interval()
    assert (round(low * 100), round(high * 100)) == (-42, 2)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "−20 on the last wave (92): no change that can be shown; the true change may lie between −42 and +2."),
        (
            "it",
            "−20 sulla rilevazione precedente (92): nessun cambiamento dimostrabile; "
            "il cambiamento vero può stare tra −42 e +2.",
        ),
    ],
)
def test_a_change_at_p_of_six_percent_is_not_worse(nearly: Edition, language: str, said: str) -> None:
    report = papers.store_report(make.edition(nearly.wave, "AA"), language)
    assert report.head.comparison[0].startswith(said)
    assert report.sections is not None
    assert report.questions is not None
    rows = [
        *report.sections.rows,
        report.sections.total,
        *(row for group in report.questions.groups for row in group.rows),
    ]
    assert {row.change for row in rows} == {""}


def test_no_page_calls_it_worse(nearly: Edition, sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.MANAGER, nearly.wave.study.client))
    for page in ("", f"waves/{nearly.wave_id}/network", f"stores/{make.edition(nearly.wave, 'AA').id}"):
        text = client.get(f"/manager/{page}").text
        assert ("▼ worse" in text, "▲ better" in text) == (False, False), page
    assert "no change that can be shown" in text


# Twelve equal stores


def visits_of_equal_stores(seed: int) -> dict[str, list[list[bool]]]:
    chance = random.Random(seed)  # noqa: S311 a simulation
    return {f"S{i:02}": [[chance.random() < 0.7 for _ in range(10)] for _ in range(5)] for i in range(12)}


def apart_by_interval(visits: dict[str, list[list[bool]]]) -> list[str]:
    """By the rule of 0.3.0: the store's own interval leaves out the mean of all."""
    finals = {code: [sum(answers) / 10 for answers in rows] for code, rows in visits.items()}
    mean = sum(sum(values) / 5 for values in finals.values()) / 12
    found = []
    for code, values in finals.items():
        low, high = stats.t.interval(0.95, 4, sum(values) / 5, stats.sem(values))
        if not low <= mean <= high:
            found.append(code)
    return found


SEED = 8


@pytest.fixture
def equal(app: Flask) -> Edition:
    study = make.study()
    make.version(study, form(10))
    visits = visits_of_equal_stores(SEED)
    return made_wave(study, 3, ((code, answers) for code, rows in visits.items() for answers in rows))


def test_an_interval_alone_would_put_an_equal_store_apart() -> None:
    assert apart_by_interval(visits_of_equal_stores(SEED)) != []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "No store can be told from the others."), ("it", "Nessun punto vendita si distingue dagli altri.")],
)
def test_twelve_equal_stores_are_one_group(equal: Edition, language: str, said: str) -> None:
    found = networks.of_edition(equal)
    assert found is not None
    report = network_reports.build(found.snapshot, found.checklist, words.of(language), Source(equal.number))
    assert report.head.summary.startswith(said)
    assert report.league is not None
    assert [len(group.rows) for group in report.league.groups] == [12]


def test_their_page_has_one_group_too(equal: Edition, sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.MANAGER, equal.wave.study.client))
    answer = client.get(f"/manager/waves/{equal.wave_id}?table=stores&file=csv")
    rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert [row["group"] for row in rows] == ["Cannot be told from the mean"] * 12
