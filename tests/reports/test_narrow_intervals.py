"""What is said where the ends of an interval are, or print as, one number. Ends by hand with t tables."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from fieldstudy import words
from fieldstudy.core import figures
from fieldstudy.core.figures import Figure
from fieldstudy.reports import rules
from fieldstudy.reports.store import method, waits
from fieldstudy.reports.voice import Voice
from fieldstudy.web.manager import opened
from tests import factories as make

ALIKE = [Decimal("0.6")] * 4
NEAR = [Decimal("0.5999"), Decimal("0.6000"), Decimal("0.6001")]
"""Standard deviation 0.0001; t(2; 0.975) = 4.303: 60.0 ± 0.025 percent, and both ends print as 60.0."""


@pytest.fixture(autouse=True)
def context(app: object) -> None: ...


def stores_of_answers() -> Figure:
    """Twelve answers, three in four of which are yes, in each of three stores."""
    return figures.network_rate([figures.rate(3, 1)] * 3)


@pytest.mark.parametrize(
    ("figure", "said", "interval"),
    [
        (figures.mean_of_visits(ALIKE), "from 4 visits, all with the same result", "none: no visit differs"),
        (figures.mean_of_visits(NEAR), "from 3 visits: close to 60", "both ends round to 60.0\xa0%"),
        (figures.mean_of_stores(ALIKE), "from 4 stores, all with the same result", "none: no store differs"),
        (figures.mean_of_stores(NEAR), "from 3 stores: close to 60", "both ends round to 60.0\xa0%"),
        (stores_of_answers(), "from 12 answers, with the same rate in every store", "none: no store differs"),
    ],
)
def test_an_opened_figure(figure: Figure, said: str, interval: str) -> None:
    found = opened.of_figure(words.of("en"), figure)
    assert found.said == said
    assert dict(found.facts)["95 percent interval"] == interval


@pytest.mark.parametrize(
    ("language", "values", "said"),
    [
        ("en", ALIKE, "60.0\xa0% over 4 stores, all with the same result: an interval would say nothing."),
        ("en", NEAR, "60.0\xa0%; both ends of the 95 percent t interval over 3 stores round to 60.0\xa0%."),
        ("it", ALIKE, "60,0\xa0% su 4 punti vendita, tutti con lo stesso risultato: un intervallo non direbbe niente."),
        ("it", NEAR, "i due estremi dell'intervallo t al 95 per cento su 3 punti vendita sono 60,0\xa0%."),
    ],
)
def test_the_method_of_a_network(language: str, values: list[Decimal], said: str) -> None:
    voice = Voice(make.small_checklist(), words.of(language))
    assert rules.network_mean(voice, figures.mean_of_stores(values)).endswith(said)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (ALIKE, "60.0\xa0%, the same in all 4 visits: an interval would say nothing."),
        (NEAR, "60.0\xa0%, n = 3; both ends of the 95 percent t interval round to 60.0\xa0%."),
    ],
)
def test_the_method_of_a_store(values: list[Decimal], said: str) -> None:
    case = SimpleNamespace(words=words.of("en"))
    assert method._store_formula(case, figures.mean_of_visits(values)).endswith(said)


@pytest.mark.parametrize(("yes", "no", "said"), [(1, 0, "1 of 1"), (1, 1, "1 of 2"), (2, 1, "2 of 3 (21–94)")])
def test_a_wait_without_an_interval_has_no_empty_brackets(yes: int, no: int, said: str) -> None:
    """2 of 3 by Wilson: (0.6667 + 0.6403 ± 1.96 × √(0.0741 + 0.1067)) ÷ 2.2805."""
    assert waits._within(SimpleNamespace(words=words.of("en")), figures.rate(yes, no)) == said
