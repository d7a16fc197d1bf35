"""What both reports say alike: which edition it is and why, how many visits, and why there is no interval."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.core.editions import EditionChange, StoreChange
from fieldstudy.reports import again, network, store
from fieldstudy.reports.network import NetworkReport, Source
from fieldstudy.reports.store import StoreReport
from tests.reports import snapshots, waves

D = Decimal
EN, IT = words.of("en"), words.of("it")
CHANGE = EditionChange((StoreChange("A", "Store A", 0, 0, 1, D("0.5"), D("0.75")),), D("0.5"), D("0.75"))
SPREAD_OUT = {"A": [4] * 9 + [3], "B": [0] * 9 + [1], "C": [2, 1, 3], "D": [3, 1, 2]}
EQUAL = {"A": [2, 3, 4, 3], "B": [3, 1, 2, 2]}


def of_network(
    visits: waves.Network, language: words.Words = EN, source: Source | None = None, before: waves.Network | None = None
) -> NetworkReport:
    return network.build(waves.network(visits, before), waves.FORM, language, source or Source(1))


def fact(report: NetworkReport | StoreReport, term: str) -> str:
    return " ".join(next(one for one in report.method.facts if one.term == term).texts)


@pytest.mark.parametrize(
    ("edition", "said"),
    [
        (None, "A preview: these figures have not been released."),
        (1, "1: frozen when the wave was released."),
        (2, "2: frozen when this edition was released."),
    ],
)
def test_both_reports_say_alike_when_an_edition_was_frozen(edition: int | None, said: str) -> None:
    form = waves.FORM
    snapshot = snapshots.store_snapshot(form, visits=1, photos=0, stores=2)
    assert fact(of_network(EQUAL, source=Source(edition)), "Edition") == said
    assert fact(store.build(snapshot, form, EN, edition, ()), "Edition") == said


@pytest.mark.parametrize(
    ("language", "reason", "said"),
    [
        (EN, "A correction", "edition: A correction. 1 store changed"),
        (EN, "A correction.", "edition: A correction. 1 store changed"),
        (EN, "Was it right? ", "edition: Was it right? 1 store changed"),
        (IT, "Una correzione", "edizione: Una correzione. Rispetto all'edizione precedente"),
    ],
)
def test_the_reason_ends_before_the_next_sentence(language: words.Words, reason: str, said: str) -> None:
    report = of_network(EQUAL, language, Source(2, reason=reason, change=CHANGE))
    assert said in fact(report, {EN: "Edition", IT: "Edizione"}[language])


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        (EN, 1, "1 visit shows other notes or answers than before"),
        (EN, 4, "4 visits show other notes or answers than before"),
        (IT, 1, "1 visita mostra appunti o risposte diversi da prima"),
        (IT, 4, "4 visite mostrano appunti o risposte diversi da prima"),
    ],
)
def test_visits_that_show_something_else_are_told_in_a_sentence(language: words.Words, count: int, said: str) -> None:
    assert [*again.visits(language, StoreChange("A", "A", 0, 0, 0, None, None, count))] == [said]


@pytest.mark.parametrize(
    ("language", "visits", "said"),
    [
        (EN, EQUAL, "8 visits count for the score, 4 in each store."),
        (IT, EQUAL, "8 visite contano per il punteggio, 4 per punto vendita."),
        (EN, {"A": [2], "B": [3, 1]}, "3 visits count for the score, from 1 to 2 in each store."),
        (IT, {"A": [2], "B": [3, 1]}, "3 visite contano per il punteggio, da 1 a 2 per punto vendita."),
    ],
)
def test_equal_numbers_of_visits_are_one_number(language: words.Words, visits: waves.Network, said: str) -> None:
    assert fact(of_network(visits, language), {EN: "Sample", IT: "Campione"}[language]).startswith(said)


@pytest.mark.parametrize(
    ("language", "visits", "said"),
    [
        (EN, [0, 4], "2 visits: not enough"),
        (EN, [0, 4, 0, 4], "4 visits, too unlike"),
        (IT, [0, 4], "2 visite: troppo poche"),
        (IT, [0, 4, 0, 4], "4 visite, troppo diverse tra loro"),
    ],
)
def test_the_network_says_of_a_store_what_its_own_report_says(
    language: words.Words, visits: Sequence[int], said: str
) -> None:
    """0, 100, 0, 100: 50 ± 3.182 · 57.7 ÷ 2 = −42 to 142, which is everything."""
    league = of_network({"A": visits, "B": [2, 3, 2, 3]}, language).league
    assert league is not None
    assert said in [row.said for group in league.groups for row in group.rows]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (EN, "Of four stores, one scores clearly above the others and one scores clearly below the others."),
        (IT, "Su quattro punti vendita, uno è nettamente sopra gli altri e uno è nettamente sotto gli altri."),
    ],
)
def test_stores_that_stand_out_are_counted_in_plain_words(language: words.Words, said: str) -> None:
    assert of_network(SPREAD_OUT, language).head.summary.startswith(said)


def test_a_side_without_a_store_is_not_mentioned() -> None:
    visits = {f"S{number:02}": [3, 3, 4, 3] for number in range(11)} | {"S11": [0, 0, 1, 0]}
    said = of_network(visits).head.summary
    assert said.startswith("Of 12 stores, one scores clearly below the others.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            EN,
            "+25 on the last wave (50): not tested, because every store moved by as much, and they are fewer than six",
        ),
        (IT, "senza verifica, perché ogni punto vendita è cambiato allo stesso modo e sono meno di sei."),
    ],
)
def test_stores_that_changed_alike_are_told_plainly(language: words.Words, said: str) -> None:
    equal = {code: [3] * 8 for code in "ABC"}
    report = of_network(equal, language, before={code: [2] * 8 for code in "ABC"})
    assert said in report.head.comparison
