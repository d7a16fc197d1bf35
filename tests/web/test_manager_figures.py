"""Every figure opens, has an address, can be taken away as a file, and is seen by whoever may see it."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Band, Checklist, Critical, CriticalRule, Method, QuestionType, Settings
from fieldstudy.extensions import db
from fieldstudy.models import Study, User, Wave
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import people, releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
ALL = {"q-greeted": ["yes"], "q-receipt": ["yes"]}
HALF = {"q-greeted": ["yes"], "q-receipt": ["no"]}
NONE = {"q-greeted": ["no"], "q-receipt": ["no"], "c-receipt": ["Nobody offered one."]}


def manager(study: Study, **narrowed: object) -> User:
    return make.user(Role.MANAGER, study.client, **narrowed)


def two_stores(study: Study | None = None, **place: str) -> Wave:
    """AA in Veneto: 100 and 50 percent; BB in Lazio: 0 percent, twice."""
    study = study or make.study()
    wave = make.wave(study)
    first, second = make.store(study, "AA", region="Veneto"), make.store(study, "BB", region="Lazio")
    for store, raw in ((first, ALL), (first, HALF), (second, NONE), (second, NONE)):
        make.visited(wave, store, raw)
    releases.release(wave)
    return wave


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_the_networks_figure_opens_down_to_its_sum(sign_in: SignIn) -> None:
    """Store means of 75 and 0 percent: 75 over 2 stores, 37.5, printed 38."""
    wave = two_stores()
    page = plain(sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}").text)
    assert "75.0, the sum of the stores' percents" in page
    assert "Denominator 2 stores Unrounded 37.500 %" in page.replace("\xa0", " ")


def test_a_touchpoint_has_its_questions_and_stores(sign_in: SignIn) -> None:
    """Receipt: yes 1, no 3."""
    wave = two_stores()
    page = plain(sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/touchpoints/till").text)
    assert "Numerator 1 answer Denominator 4 answers" in page
    assert ("Store AA" in page, "Store BB" in page) == (True, True)


def test_a_question_says_who_answered_how_without_names(sign_in: SignIn) -> None:
    wave = two_stores()
    page = plain(sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/questions/receipt").text)
    assert ("yes · no" in page, "no · no" in page) == (True, True)


def test_a_question_counts_its_comments(sign_in: SignIn) -> None:
    wave = two_stores()
    answer = sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/questions/receipt?table=stores&file=csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Store"], row["comments"]) for row in rows] == [("Store AA", "0"), ("Store BB", "2")]


@pytest.mark.parametrize("path", ["touchpoints/nowhere", "questions/nowhere"])
def test_what_the_checklist_does_not_have_is_missing(sign_in: SignIn, path: str) -> None:
    wave = two_stores()
    assert sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/{path}").status_code == 404


def test_a_stores_figure_opens_down_to_its_visits(sign_in: SignIn) -> None:
    wave = two_stores()
    edition = make.edition(wave, "AA")
    page = plain(sign_in(manager(wave.study)).get(f"/manager/stores/{edition.id}/figures/till").text)
    assert "Points under it 1 of 2" in page
    assert "Visit 1" in page
    assert edition.sha256 in page


def stores_of(answer: object) -> list[tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))  # type: ignore[attr-defined]
    return [(row["code"], row["score"]) for row in rows]


def test_a_table_leaves_as_csv_with_its_groups(sign_in: SignIn) -> None:
    wave = two_stores()
    answer = sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}?table=stores&file=csv")
    assert answer.headers["Content-Disposition"].endswith('-stores.csv"')
    assert sorted(stores_of(answer)) == [("AA", "75"), ("BB", "0")]


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"{address}&file=csv").data.decode("utf-8-sig"))))


def test_the_mean_of_the_visits_that_count_is_the_score(sign_in: SignIn) -> None:
    """100 and 50 percent count; somebody who only watched stands beside the score, and the file says so."""
    study = make.study()
    wave, store = make.wave(study), make.store(study, "AA")
    make.visited(wave, store, ALL), make.visited(wave, store, HALF)
    watching = {"method": Method.NON_PARTICIPANT_OBSERVATION, "gold_role": "complete_observer", "disclosure": "overt"}
    make.approved(make.assignment(wave, at=store, **watching), NONE)
    releases.release(wave)
    path = f"/manager/stores/{make.edition(wave, 'AA').id}"
    client = sign_in(manager(study))
    rows = rows_of(client, f"{path}/figures?table=visits")
    assert sorted(row["score"] for row in rows if row["counts in the score"] == "yes") == ["100", "50"]
    assert [row["note"] for row in rows if row["counts in the score"] == "no"] == ["beside the score"]
    assert [row["Visit 1"] for row in rows_of(client, f"{path}/figures/till?table=questions")] == ["1 of 1"]


def test_a_file_says_its_base_in_words(sign_in: SignIn) -> None:
    wave = two_stores()
    client = sign_in(manager(wave.study))
    rows = rows_of(client, f"/manager/waves/{wave.id}?table=touchpoints")
    assert {row["base of"] for row in rows} == {"stores"}
    page = load_workbook(io.BytesIO(client.get(f"/manager/waves/{wave.id}?table=touchpoints&file=xlsx").data)).active
    assert page.title == "Touchpoints"


def test_the_same_table_leaves_as_a_workbook(sign_in: SignIn) -> None:
    wave = two_stores()
    answer = sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}?table=touchpoints&file=xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.data)).active]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("Touchpoint", "score", "norm"),
        ("welcome", 50, 80),
        ("till", 25, None),
    ]


def test_a_store_whose_name_is_a_formula_stays_a_name(sign_in: SignIn) -> None:
    study = make.study()
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA", name="=HYPERLINK(1)")), make.visited(wave, make.store(study, "BB"))
    releases.release(wave)
    answer = sign_in(manager(study)).get(f"/manager/waves/{wave.id}?table=stores&file=csv")
    assert "'=HYPERLINK(1)" in answer.data.decode("utf-8-sig")


@pytest.mark.parametrize("path", ["", "/touchpoints/till", "/questions/receipt", "/compare"])
def test_a_region_reads_nothing_of_another(sign_in: SignIn, path: str) -> None:
    study = make.study()
    make.store(study, "CC", region="Veneto")
    wave = two_stores(study)
    second = make.wave(study, starts_on=make.TODAY + timedelta(days=60))
    for code in ("AA", "BB", "CC"):
        make.visited(second, make.store(study, code, region="Lazio" if code == "BB" else "Veneto"))
    releases.release(second)
    page = sign_in(manager(study, region="Veneto")).get(f"/manager/waves/{second.id}{path}").text
    assert ("Store AA" in page, "Store BB" in page, str(make.edition(wave, "BB").id) in page) == (True, False, False)


def test_a_regions_figure_is_of_its_own_stores(sign_in: SignIn) -> None:
    """Veneto holds AA alone with AC: (75 + 50) / 2 = 62.5, printed 63; the network has BB's 0 too."""
    study = make.study()
    wave = make.wave(study)
    for code, region, raws in (("AA", "Veneto", (ALL, HALF)), ("AC", "Veneto", (HALF,)), ("BB", "Lazio", (NONE,))):
        store = make.store(study, code, region=region)
        for raw in raws:
            make.visited(wave, store, raw)
    releases.release(wave)
    page = plain(sign_in(manager(study, region="Veneto")).get(f"/manager/waves/{wave.id}").text)
    assert "Unrounded 62.500" in page
    assert "Network: 42 over 3 stores; you see 2 of them." in page


def three_waves(study: Study, raws: list[dict[str, list[str]]]) -> list[Wave]:
    """One wave for each of these answers, in two stores with two visits each."""
    stores = [make.store(study, code) for code in ("AA", "BB")]
    found = []
    for number, raw in enumerate(raws):
        wave = make.wave(study, f"Round {number}", make.TODAY + timedelta(days=60 * number))
        for store in [*stores, *stores]:
            make.visited(wave, store, raw)
        releases.release(wave)
        found.append(wave)
    return found


def test_two_waves_stand_side_by_side(sign_in: SignIn) -> None:
    """Both stores went from 50 to 100; two are too few for a test."""
    study = make.study()
    first, second = three_waves(study, [HALF, ALL])
    client = sign_in(manager(study))
    answer = client.get(f"/manager/waves/{second.id}/compare?table=touchpoints&file=csv")
    row = next(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    told = (row["Round 0"], row["Round 1"], row["difference"], row["changed?"])
    assert told == ("50", "100", "50", "not tested, too few stores")
    assert "2 stores are in both waves" in client.get(f"/manager/waves/{first.id}/compare").text


def thirds(study: Study) -> list[Wave]:
    """In both stores two of three visits say half of everything, then one of three: 66.6667 and 83.3333 percent."""
    stores = [make.store(study, code) for code in ("AA", "BB")]
    found = []
    for number, raws in enumerate(([HALF, HALF, ALL], [HALF, ALL, ALL], [HALF, ALL, ALL])):
        wave = make.wave(study, f"Round {number}", make.TODAY + timedelta(days=60 * number))
        for store in stores:
            for raw in raws:
                make.visited(wave, store, raw)
        releases.release(wave)
        found.append(wave)
    return found


def test_a_row_of_two_waves_adds_up_in_its_file(sign_in: SignIn) -> None:
    study = make.study()
    _, second, third = thirds(study)
    client = sign_in(manager(study))
    for table in ("touchpoints", "questions", "stores"):
        for row in rows_of(client, f"/manager/waves/{second.id}/compare?table={table}"):
            assert Decimal(row["Round 1"]) - Decimal(row["Round 0"]) == Decimal(row["difference"])
            assert {"95 percent from (Round 0)", "base (Round 0)", "95 percent to (Round 1)"} <= row.keys()
    store = rows_of(client, f"/manager/waves/{second.id}/compare?table=stores")[0]
    assert (store["Round 0"], store["Round 1"], store["difference"]) == ("66.6667", "83.3333", "16.6666")
    assert (store["base (Round 0)"], store["changed?"]) == ("3", "cannot tell")
    first = study_queries.find_wave_before(second)
    assert first is not None
    other = rows_of(client, f"/manager/waves/{third.id}/compare?other={first.id}&table=stores")[0]
    assert other["changed?"] == "not tested"


def test_a_gap_and_its_cost_add_up_in_their_file(sign_in: SignIn) -> None:
    """Greeted by 2 of 3 where 80 percent is the norm: 66.6667 − 80, and a half of all points hangs on it."""
    study = make.study()
    asked = [make.question("greeted", norm=Decimal(80)), make.question("bye")]
    make.version(study, Checklist("shop", make.text("Shop"), (make.section("door", *asked),)))
    wave = make.wave(study)
    for store in (make.store(study, "AA"), make.store(study, "BB")):
        for greeted in ("yes", "yes", "no"):
            make.visited(wave, store, {"q-greeted": [greeted], "q-bye": ["yes"]})
    releases.release(wave)
    (row,) = rows_of(sign_in(manager(study)), f"/manager/waves/{wave.id}?table=gaps")
    told = (row["observed"], row["norm"], row["gap"], row["share of all points"], row["cost"])
    assert told == ("66.6667", "80", "-13.3333", "50", "-6.6667")


def test_a_file_in_italian_opens_in_an_italian_spreadsheet(sign_in: SignIn) -> None:
    study = make.study()
    wave = thirds(study)[0]
    person = manager(study)
    people.set_locale(person, "it")
    data = sign_in(person).get(f"/manager/waves/{wave.id}?table=stores&file=csv").data
    row = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert (data[:3], row["punteggio"]) == (b"\xef\xbb\xbf", "66,6667")


def test_any_other_wave_can_be_chosen(sign_in: SignIn) -> None:
    study = make.study()
    first, _, third = three_waves(study, [HALF, ALL, NONE])
    page = sign_in(manager(study)).get(f"/manager/waves/{third.id}/compare?other={first.id}").text
    assert "Round 0 → Round 2" in page


def test_one_wave_has_nothing_beside_it(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    page = sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/compare").text
    assert "There is only one released wave of this study." in page


def test_an_edition_without_a_frozen_network_still_opens(sign_in: SignIn) -> None:
    wave = two_stores()
    make.edition(wave, "AA").edition.network = None
    db.session.commit()
    page = plain(sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}").text)
    assert "Unrounded 37.500" in page


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["", "/touchpoints/till", "/questions/receipt"])
def test_more_stores_ask_no_more_of_the_database(sign_in: SignIn, path: str) -> None:
    """Two stores and four: one store would be opened at once."""
    counts = []
    for codes in (("A1", "A2"), ("B1", "B2", "B3", "B4")):
        wave = make.released(make.study(), *codes)
        client = sign_in(manager(wave.study))
        with counted() as statements:
            assert client.get(f"/manager/waves/{wave.id}{path}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


def test_the_dashboard_never_reads_answers(sign_in: SignIn) -> None:
    wave = two_stores()
    client = sign_in(manager(wave.study))
    with counted() as statements:
        client.get(f"/manager/waves/{wave.id}")
        client.get("/manager/")
    assert [statement for statement in statements if re.search(r"\banswers\b|\bvisits\b", statement)] == []


def waits() -> Wave:
    """A greeting that makes its touchpoint 0, and a wait in bands with a norm of 80 percent of its points."""
    bands = (Band("<=", Decimal(60), Decimal(3)), Band("<=", Decimal(120), Decimal(1)), Band("", None, Decimal(0)))
    greeted = make.question("greeted", critical=Critical(CriticalRule.SECTION_ZERO))
    wait = make.question("wait", QuestionType.TIMER, bands=bands, norm=Decimal(80), weight=Decimal(2))
    study, form = make.study(), Checklist("shop", make.text("Shop"), (make.section("till", greeted, wait),), Settings())
    make.version(study, form)
    wave = make.wave(study)
    for code, seconds in (("AA", "30"), ("AA", "90"), ("BB", "90"), ("BB", "600")):
        make.visited(wave, make.store(study, code), {"q-greeted": ["no"], "q-wait": [seconds]})
    releases.release(wave)
    return wave


def test_a_question_of_points_opens_to_its_points(sign_in: SignIn) -> None:
    """6, 2, 2 and 0 of 6 points each: 10 of 24, 42 percent."""
    wave = waits()
    client = sign_in(manager(wave.study))
    for path in ("", "/touchpoints/till", "/questions/wait"):
        page = plain(client.get(f"/manager/waves/{wave.id}{path}").text)
        assert "Numerator 10 points Denominator 24 points" in page, path


def test_a_store_opens_its_points_with_n_a_and_weight(sign_in: SignIn) -> None:
    """AA: 6 and 2 of 6 points."""
    wave = waits()
    page = plain(sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/questions/wait").text)
    assert "Numerator 8 points Denominator 12 points Not applicable 0 answers Weight 2" in page


def test_the_touchpoint_holds_a_wait_against_its_norm(sign_in: SignIn) -> None:
    wave = waits()
    answer = sign_in(manager(wave.study)).get(f"/manager/waves/{wave.id}/touchpoints/till?table=questions&file=csv")
    row = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))[1]
    told = (row["result"], row["norm"], row["gap"], row["formula"])
    assert told == ("41.6667", "80", "-38.3333", "points_of_answers/1")


def test_a_touchpoint_set_to_0_says_why(sign_in: SignIn) -> None:
    """Greeting missed: 6 of 7 points and yet 0; where nothing was earned, no rule is needed for the 0."""
    wave = waits()
    client = sign_in(manager(wave.study))
    pages = [
        plain(client.get(f"/manager/stores/{make.edition(wave, code).id}/figures/till").text) for code in ("AA", "BB")
    ]
    assert [page.count("set to 0 by a rule") for page in pages] == [2, 1]
    assert "greeted: the touchpoint becomes 0 in this visit" in pages[0]


def test_a_question_of_which_less_is_better_says_so(sign_in: SignIn) -> None:
    clear, noise = make.question("clear"), make.question("noise", is_reverse=True)
    form = Checklist("shop", make.text("Shop"), (make.section("till", clear, noise),), Settings())
    study = make.study()
    make.version(study, form)
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA"), {"q-clear": ["yes"], "q-noise": ["yes"]})
    releases.release(wave)
    client = sign_in(manager(study))
    pages = [
        client.get(f"/manager/waves/{wave.id}/{path}").text.lower()
        for path in ("touchpoints/till", "questions/noise", "questions/clear")
    ]
    assert [page.count("less is better") for page in pages] == [1, 1, 0]
