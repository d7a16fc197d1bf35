"""Two waves that did not measure the same: no page and no report may call that better."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.changes import Verdict
from fieldstudy.core.checklist import Checklist, Method
from fieldstudy.core.comparability import Reason
from fieldstudy.models import Edition, Study, User, Wave
from fieldstudy.queries import networks, studies
from fieldstudy.reports import network as network_reports
from fieldstudy.reports import papers
from fieldstudy.reports.network import Source
from fieldstudy.services import releases
from tests import factories as make

D = Decimal
SignIn = Callable[[User], FlaskClient]
SHOPPING, PARTICIPANT = Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION
NINE = (make.option("yes", 9), make.option("no", 0))
NAMES = ("q1", "q2", "q3", "q4", "q5", "q6")


def form(**always: object) -> Checklist:
    """Six questions, and one that is always answered with yes."""
    questions = [make.question(name) for name in NAMES]
    return Checklist("shop", make.text("Shop"), (make.section("a", *questions, make.question("always", **always)),))


def filled(wave: Wave, store: str, yes: int, who: object = None, method: Method = SHOPPING) -> None:
    place = make.store(wave.study, store)
    raw = {f"q-{name}": ["yes" if number < yes else "no"] for number, name in enumerate(NAMES)}
    task = make.assignment(wave, who, place, method=method)  # type: ignore[arg-type]
    make.approved(task, {**raw, "q-always": ["yes"]})


def make_wave(study: Study, month: int, visits: dict[str, Sequence[int]]) -> Edition:
    wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
    for store, counts in visits.items():
        for yes in counts:
            filled(wave, store, yes)
    return releases.release(wave)


COPIED = {"S-A": (2, 3, 4, 3, 3), "S-B": (3, 3, 2, 4, 3), "S-C": (4, 2, 3, 3, 3), "S-D": (3, 4, 3, 2, 3)}
"""Mean 3 of 6 in every store, so that with `always` 4 of 7 is 57, and with 9 points for it 12 of 15 is 80."""


@pytest.fixture
def points(app: Flask) -> Edition:
    """Case c1: the answers of the second wave are those of the first to the letter; one question counts 9, not 1."""
    study = make.study()
    make.version(study, form())
    make_wave(study, 3, COPIED)
    make.version(study, form(options=NINE))
    return make_wave(study, 4, COPIED)


def report(edition: Edition, language: str):  # type: ignore[no-untyped-def]
    found = networks.of_edition(edition)
    assert found is not None
    return network_reports.build(found.snapshot, found.checklist, words.of(language), Source(edition.number))


def test_the_same_answers_under_other_points_are_not_better(points: Edition) -> None:
    """Over the six questions that are alike both waves stand at 3 of 6."""
    found = networks.of_edition(points)
    assert found is not None
    last = found.snapshot.last
    assert last is not None
    assert found.snapshot.network.mean_of_store_means.value == D("0.8")
    assert (last.basis.reasons, last.basis.questions) == ((Reason.POINTS,), 6)
    assert last.score.now is not None
    assert (last.score.before.value, last.score.now.value) == (D("0.5"), D("0.5"))
    assert (last.sections, last.score.is_claimed) == ((), False)
    assert not any(line.change.is_claimed for line in found.snapshot.stores if line.change)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Compared with the last wave only over the 6 questions that both waves asked alike: the checklist now "
            "gives other points. Over this part from 50 to 50, ±0: ",
        ),
        (
            "it",
            "Confronto con la rilevazione precedente solo su 6 domande poste allo stesso modo nelle due rilevazioni: "
            "da allora la checklist dà altri punti. Su questa parte da 50 a 50, ±0: ",
        ),
    ],
)
def test_other_points_are_said_in_both_reports(points: Edition, language: str, said: str) -> None:
    network = report(points, language)
    assert network.head.comparison.startswith(said)
    assert network.changed is not None
    assert [(row.before, row.now) for row in network.changed.rows] == [("50", "50")]
    store = papers.store_report(make.edition(points.wave, "S-A"), language)
    assert store.head.comparison[0].startswith(said)
    everything = repr(network.head) + repr(network.league) + repr(store.head) + repr(store.sections)
    assert not [word for word in ("▲", ": better", "migliorato", "+23") if word in everything]


def test_no_page_of_a_manager_calls_other_points_better(sign_in: SignIn, points: Edition) -> None:
    wave = points.wave
    client = sign_in(make.user(Role.MANAGER, wave.study.client))
    store = make.edition(wave, "S-A")
    paths = (f"waves/{wave.id}", f"stores/{store.id}", f"waves/{wave.id}/compare", f"waves/{wave.id}/network")
    for page in ("/manager/", *(f"/manager/{path}" for path in paths)):
        text = client.get(page).get_data(as_text=True)
        assert "the checklist now gives other points" in text, page
        assert "▲ better" not in text, page


@pytest.fixture
def mix(app: Flask) -> Edition:
    """Case e2: six stores where nothing changed; shoppers say yes in 60 percent, participants in 95.

    Of 20 shoppers' questions 12 are yes, of 20 participants' 19: five visits by one method, one by the other, then
    the other way round.
    """
    study = make.study()
    questions = [make.question(f"q{number}") for number in range(20)]
    make.version(study, Checklist("shop", make.text("Shop"), (make.section("a", *questions),)))
    one_wave(study, 3, shopping=5, participant=1)
    return one_wave(study, 4, shopping=1, participant=5)


def one_wave(study: Study, month: int, shopping: int, participant: int) -> Edition:
    wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
    for code in range(6):
        place = make.store(study, f"S-{code}")
        for method, count, yes in ((SHOPPING, shopping, 12), (PARTICIPANT, participant, 19)):
            for _ in range(count):
                raw = {f"q-q{number}": ["yes" if number < yes - code % 2 else "no"] for number in range(20)}
                make.approved(make.assignment(wave, at=place, method=method, **stance(method)), raw)
    return releases.release(wave)


def stance(method: Method) -> dict[str, str]:
    return {"gold_role": "participant_as_observer", "disclosure": "overt"} if method == PARTICIPANT else {}


def test_another_mix_of_methods_is_not_better(mix: Edition) -> None:
    """Only the shoppers' visits are held against each other: 60 or 55 percent in both waves."""
    found = networks.of_edition(mix)
    assert found is not None
    last = found.snapshot.last
    assert last is not None
    assert (last.basis.reasons, last.basis.methods) == ((Reason.MIX,), (SHOPPING,))
    assert last.basis.mix_before == ((SHOPPING, 30), (PARTICIPANT, 6))
    assert last.basis.mix_now == ((SHOPPING, 6), (PARTICIPANT, 30))
    assert last.score.now is not None
    assert (last.score.before.value, last.score.now.value) == (D("0.575"), D("0.575"))
    assert (last.sections, last.questions, last.score.is_claimed) == ((), (), False)
    assert not any(line.change.is_claimed for line in found.snapshot.stores if line.change)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Compared with the last wave only over the visits by mystery shopping: the mix of methods is another (then "
            "30 mystery shopping visits and 6 participant observations; now 6 mystery shopping visits and 30 "
            "participant observations). Over this part from 58 to 58, ±0: ",
        ),
        (
            "it",
            "Confronto con la rilevazione precedente solo su visite dello stesso metodo (visita in incognito): i "
            "metodi hanno un altro peso (allora 30 visite in incognito e 6 osservazioni partecipanti; ora 6 visite in "
            "incognito e 30 osservazioni partecipanti). Su questa parte da 58 a 58, ±0: ",
        ),
    ],
)
def test_another_mix_is_said_with_both_mixes(mix: Edition, language: str, said: str) -> None:
    assert report(mix, language).head.comparison.startswith(said)


def test_another_total_is_not_compared_and_the_reason_is_said(app: Flask) -> None:
    study = make.study()
    make.version(study, form())
    make_wave(study, 3, COPIED)
    other = form()
    make.version(study, Checklist("shop", other.title, other.sections, make.Settings(total="section_weighted")))  # type: ignore[arg-type]
    edition = make_wave(study, 4, COPIED)
    assert report(edition, "en").head.comparison == (
        "Not compared with the last wave: the checklist now works out the total in another way."
    )
    assert report(edition, "it").head.comparison == (
        "Nessun confronto con la rilevazione precedente: da allora la checklist calcola il totale in un altro modo."
    )
    found = networks.of_edition(edition)
    assert found is not None
    assert found.snapshot.last is not None
    assert found.snapshot.last.score.verdict == Verdict.NOT_COMPARED
    assert [name for name, _ in found.snapshot.last.sections] == ["a"]


def test_a_wave_with_another_checklist_is_not_compared(app: Flask) -> None:
    study = make.study()
    make.version(study, form())
    make_wave(study, 3, {"S-A": (3, 3), "S-B": (3, 4)})
    make.version(study, Checklist("other", make.text("Other"), form().sections))
    wave = make.wave(study, "Wave 4", make.TODAY.replace(month=4))
    for code in ("S-A", "S-B"):
        raw = {f"q-{name}": ["yes"] for name in (*NAMES, "always")}
        make.approved(make.assignment(wave, at=make.store(study, code), form_id="other"), raw)
    edition = releases.release(wave)
    assert report(edition, "en").head.comparison == (
        "Not compared with the last wave: it was made with another checklist."
    )


def test_waves_that_are_not_neighbours_are_not_compared_over_other_points_either(
    sign_in: SignIn, points: Edition
) -> None:
    study = points.wave.study
    edition = make_wave(study, 5, COPIED)
    first = next(wave for wave in studies.list_waves_for_study(study) if wave.name == "Wave 3")
    client = sign_in(make.user(Role.MANAGER, study.client))
    text = client.get(f"/manager/waves/{edition.wave_id}/compare?other={first.id}").get_data(as_text=True)
    assert "Not compared with the last wave" not in text
    assert "Not compared with Wave 3: the checklist now gives other points." in text
    assert "+23" not in text
