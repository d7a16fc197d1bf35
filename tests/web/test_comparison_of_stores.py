"""Two waves of other stores: what changed is that of the stores that both have; and rules that fired in one of two."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.changes import Overlap, Verdict
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule
from fieldstudy.core.networks import LastNetwork
from fieldstudy.models import Edition, Study, User
from fieldstudy.queries import networks
from fieldstudy.reports import network as network_reports
from fieldstudy.reports.network import NetworkReport, Source
from fieldstudy.services import releases
from fieldstudy.words import changes as change_words
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
FORM = Checklist(
    "shop",
    make.text("Shop"),
    (make.section("a", make.question("q1"), make.question("q2")), make.section("b", make.question("q3"))),
)
HALVES = {"S-A": ("110", "001", "010"), "S-B": ("100", "011", "110"), "S-C": ("111", "100", "010")}
"""By store, what each visit answers to q1, q2 and q3."""
ALL = ("111", "111", "110")


def made_wave(study: Study, month: int, stores: dict[str, tuple[str, ...]]) -> Edition:
    wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
    for code, visits in stores.items():
        place = make.store(study, code)
        for answers in visits:
            raw = {f"q-q{i}": ["yes" if one == "1" else "no"] for i, one in enumerate(answers, 1) if one != "-"}
            make.approved(make.assignment(wave, at=place), raw)
    return releases.release(wave)


def two_waves(first: dict[str, tuple[str, ...]], second: dict[str, tuple[str, ...]]) -> Edition:
    study = make.study()
    make.version(study, FORM)
    made_wave(study, 3, first)
    return made_wave(study, 4, second)


@pytest.fixture
def better_ones() -> Edition:
    """Three stores answer as before, to the letter; two better ones are new, and one left."""
    return two_waves(HALVES | {"S-Z": ("000", "100", "000")}, HALVES | {"N-1": ALL, "N-2": ALL})


@pytest.mark.parametrize(("language", "said"), [("en", "over 3 stores"), ("it", "su 3 punti vendita")])
def test_a_row_that_rests_on_fewer_stores_says_on_how_many(sign_in: SignIn, language: str, said: str) -> None:
    """Four stores are in both waves; in S-D nobody answers q3, the one question of touchpoint b."""
    first = HALVES | {"S-D": ("10-", "01-", "11-")}
    second = {"S-A": ("111", "001", "011"), "S-B": ("100", "010", "111"), "S-C": ("111", "101", "010")}
    edition = two_waves(first, second | {"S-D": ("11-", "01-", "00-")})
    client = sign_in(make.user(Role.MANAGER, edition.wave.study.client))
    client.post(f"/account/language/{language}", data={"next": "/"})
    for table, fewer in (("touchpoints", "b"), ("questions", "q3")):
        answer = client.get(f"/manager/waves/{edition.wave_id}/compare?table={table}&file=csv")
        written = io.StringIO(answer.data.decode("utf-8-sig"))
        rows = list(csv.reader(written, delimiter=";" if language == "it" else ","))
        assert [row[0] for row in rows if said in " ".join(row)] == [fewer]
    text = unescape(client.get(f"/manager/waves/{edition.wave_id}/compare").text)
    assert text.count(said) == 2


def test_a_row_that_nothing_can_be_shown_of_says_on_how_many_stores_too(sign_in: SignIn) -> None:
    """In S-D nobody answers q3 in the first wave only: three of its four stores are compared, and tell nothing."""
    first = HALVES | {"S-D": ("10-", "01-", "11-")}
    second = {"S-A": ("111", "001", "011"), "S-B": ("100", "010", "111"), "S-C": ("110", "101", "010")}
    edition = two_waves(first, second | {"S-D": ("111", "010", "001")})
    change = dict(last_of(edition).questions)["q3"]
    assert (change.verdict, change.overlap) == (Verdict.CANNOT_TELL, Overlap(3, new=1))
    client = sign_in(make.user(Role.MANAGER, edition.wave.study.client))
    questions = client.get(f"/manager/waves/{edition.wave_id}/compare").text.split('id="questions"')[1]
    assert "over 3 stores" in unescape(re.sub(r"<[^>]*>", " ", questions.split("</section>")[0]))


@pytest.fixture
def others() -> Edition:
    return two_waves(HALVES, {f"N-{number}": ALL for number in range(3)})


def last_of(edition: Edition) -> LastNetwork:
    found = networks.of_edition(edition)
    assert found is not None
    assert found.snapshot.last is not None
    return found.snapshot.last


def report(edition: Edition, language: str) -> NetworkReport:
    found = networks.of_edition(edition)
    assert found is not None
    return network_reports.build(found.snapshot, found.checklist, words.of(language), Source(edition.number))


def page(sign_in: SignIn, edition: Edition, path: str) -> str:
    client = sign_in(make.user(Role.MANAGER, edition.wave.study.client))
    return " ".join(
        unescape(re.sub(r"<[^>]*>", " ", client.get(f"/manager/waves/{edition.wave_id}{path}").text)).split()
    )


def table(sign_in: SignIn, edition: Edition, path: str) -> list[dict[str, str]]:
    client = sign_in(make.user(Role.MANAGER, edition.wave.study.client))
    answer = client.get(f"/manager/waves/{edition.wave_id}{path}&file=csv")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_stores_that_did_not_move_are_the_same_beside_new_ones(better_ones: Edition) -> None:
    last = last_of(better_ones)
    assert last.basis.overlap == Overlap(3, new=2, gone=1)
    changes = [last.score, *(change for _, change in (*last.sections, *last.questions))]
    assert {(change.verdict, change.overlap) for change in changes} == {(Verdict.NO_VARIATION, last.basis.overlap)}
    assert all(change.now is not None and change.before.value == change.now.value for change in changes)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Compared with the last wave only over the 3 stores of both waves: 2 stores are new, 1 is no longer there. "
            "Over this part from 52 to 52, ±0: the same in every store.",
        ),
        (
            "it",
            "Confronto con la rilevazione precedente solo su 3 punti vendita presenti in entrambe le rilevazioni: "
            "2 punti vendita sono nuovi, 1 non c'è più. Su questa parte da 52 a 52, ±0: uguale in ogni punto vendita.",
        ),
    ],
)
def test_the_report_says_over_which_stores(better_ones: Edition, language: str, said: str) -> None:
    """Of three answers each visit has 2, 1, 1; 1, 2, 2; 3, 1, 1: means of 44.4, 55.6 and 55.6, together 51.9."""
    found = report(better_ones, language)
    assert found.head.comparison == said
    assert found.changed is not None
    assert {(row.difference, row.verdict) for row in found.changed.rows} == {("0", "")}
    assert (found.changed.rows[-1].before, found.changed.rows[-1].now) == ("52", "52")


def test_no_page_calls_it_better(sign_in: SignIn, better_ones: Edition) -> None:
    for path in ("", "/compare", "/network", "/touchpoints/a", "/touchpoints/b"):
        text = page(sign_in, better_ones, path)
        assert "▲ better" not in text, path
    compared = page(sign_in, better_ones, "/compare")
    assert "Compared with Wave 3 only over the 3 stores of both waves: 2 stores are new" in compared
    assert "are compared with themselves" not in compared
    assert "change 0 from 61 to 61, the same in every store, over 3 stores" in page(
        sign_in, better_ones, "/touchpoints/a"
    )


def test_a_row_has_the_figures_of_the_stores_that_it_compares(sign_in: SignIn, better_ones: Edition) -> None:
    """Touchpoint a has 2, 0, 1; 1, 1, 2; 2, 1, 1 of 2: 50, 66.7 and 66.7, together 61.1; S-Z has 16.7, new ones 100."""
    _, row, _ = table(sign_in, better_ones, "/compare?table=touchpoints")
    assert [row[name] for name in ("Wave 3", "Wave 4", "difference", "changed?")] == [
        "61.1111",
        "61.1111",
        "0",
        "the same in every store, over 3 stores",
    ]
    assert "all stores: 50, then 77" in row["note"]
    (first, *_) = table(sign_in, better_ones, "?table=touchpoints")
    assert (first["score"], first["before"], first["changed?"]) == (
        "76.6667",
        "",
        "the same in every store, over 3 stores",
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Not compared with the last wave: no store is in both waves."),
        ("it", "Nessun confronto con la rilevazione precedente: nessun punto vendita è in entrambe le rilevazioni."),
    ],
)
def test_waves_of_other_stores_are_not_compared(others: Edition, language: str, said: str) -> None:
    found = report(others, language)
    assert found.head.comparison == said
    assert found.changed is not None
    assert [(row.difference, row.verdict) for row in found.changed.rows] == [("", "")]


def test_their_figures_stand_side_by_side_without_a_difference(sign_in: SignIn, others: Edition) -> None:
    rows = table(sign_in, others, "/compare?table=touchpoints")
    assert [(row["Wave 4"], row["difference"], row["changed?"]) for row in rows] == [
        (figure, "", "not compared: no store is in both waves") for figure in ("88.8889", "100", "66.6667")
    ]
    text = page(sign_in, others, "/compare")
    assert "Not compared with Wave 3: no store is in both waves." in text
    assert not re.search(r"▲ better|0 stores|themselves", text)


# Critical rules beside the whole visit


@pytest.fixture
def closed() -> Edition:
    """Six stores whose doors were all closed, which sets each whole visit to 0, and then all open: 50 and then 100."""
    rule = Critical(CriticalRule.TOTAL_ZERO)
    form = Checklist(
        "shop", make.text("Shop"), (make.section("a", make.question("q1", critical=rule), make.question("q2")),)
    )
    study = make.study()
    make.version(study, form)
    made_wave(study, 3, {f"S-{number}": ("01", "01", "01") for number in range(6)})
    return made_wave(study, 4, {f"S-{number}": ("11", "11", "11") for number in range(6)})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "In Wave 3 a critical rule fired (q1. Not met in 18 of 18 visits, the totals of these visits "
            "become 0): without it the score would be 50, not 0.",
        ),
        (
            "it",
            "In Wave 3 è scattata una regola critica (q1. Non rispettato in 18 visite su 18, il totale di queste "
            "visite diventa 0): senza, il punteggio sarebbe 50 e non 0.",
        ),
    ],
)
def test_a_rule_that_fired_in_either_wave_stands_beside_the_whole_visit(
    sign_in: SignIn, closed: Edition, language: str, said: str
) -> None:
    client = sign_in(make.user(Role.MANAGER, closed.wave.study.client))
    client.post(f"/account/language/{language}", data={"next": "/"})
    html = client.get(f"/manager/waves/{closed.wave_id}/compare").text
    assert said in " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def test_a_file_names_the_rule_too(sign_in: SignIn, closed: Edition) -> None:
    whole, touchpoint = table(sign_in, closed, "/compare?table=touchpoints")
    assert "In Wave 3 a critical rule fired" in whole["note"]
    assert not re.search(r"\.[;·]|\. [;·]", whole["note"])
    assert "critical rule" not in touchpoint["note"]


def test_a_question_that_went_from_0_to_100_in_all_stores_is_no_blank(sign_in: SignIn, closed: Edition) -> None:
    """Sign test of six, 0.031: told beside few others; among many it says why it is not."""
    first, *_ = table(sign_in, closed, "/compare?table=questions")
    assert (first["difference"], first["changed?"]) == ("100", "better")
    change = dict(last_of(closed).questions)["q1"]
    among = replace(change, verdict=Verdict.CANNOT_TELL)
    said = {language: change_words.shown(words.of(language), among) for language in ("en", "it")}
    assert said == {
        "en": "all stores moved alike, among so many changes that may be chance",
        "it": "stesso cambiamento in tutti i punti vendita, che tra tanti può essere un caso",
    }


def test_a_rule_that_only_marks_a_visit_explains_no_score(sign_in: SignIn) -> None:
    study = make.study()
    flagged = make.question("q1", critical=Critical(CriticalRule.FLAG))
    make.version(study, Checklist("shop", make.text("Shop"), (make.section("a", flagged, make.question("q2")),)))
    stores = {f"S-{number}": ("01", "01", "01") for number in range(3)}
    made_wave(study, 3, stores)
    assert "critical rule" not in page(sign_in, made_wave(study, 4, stores), "/compare")
