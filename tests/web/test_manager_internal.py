"""Internal questions and shoppers' jottings: nowhere that a client reads, and everywhere that the agency does."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core import internal
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Method, QuestionType
from fieldstudy.extensions import db
from fieldstudy.models import Edition, StoreEdition, Study, User, Visit, Wave
from fieldstudy.queries import snapshots
from fieldstudy.reports import figures, papers
from fieldstudy.services import fieldnotes, photos, releases, studies, visits
from tests import factories as make
from tests.papers import fetch

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")

LABEL, AMOUNT, COMMENT = "Refunded spending", "90.77", "Paid with my own card"
ANSWERED = {
    "q-greeted": ["yes"],
    "q-money": [AMOUNT],
    "c-money": [COMMENT],
    "q-words": ["A quiet shop, well lit."],
    "feeling-costs": ["-2"],
}
SECRETS = (LABEL, AMOUNT, COMMENT, "Expenses", "money", "costs")
SHOPPER = {"method": Method.MYSTERY_SHOPPING}
OBSERVER = {
    "method": Method.PARTICIPANT_OBSERVATION,
    "gold_role": "participant_as_observer",
    "disclosure": "overt",
}


def checklist(is_internal: bool | None = True) -> Checklist:
    """`is_internal` None: the file does not say."""
    label = make.text(LABEL)
    return Checklist(
        "shop",
        make.text("Shop"),
        (
            make.section("welcome", make.question("greeted"), make.question("words", QuestionType.TEXT)),
            make.section(
                "costs",
                make.question("money", QuestionType.DECIMAL, label=label, internal=is_internal),
                label=make.text("Expenses"),
            ),
        ),
    )


def visited(study: Study, of: Wave, code: str, jotting: str = "", **stance: Any) -> Visit:
    visit = make.visit(make.assignment(of, at=make.store(study, code), **(stance or SHOPPER)))
    photos.keep(visit, "money", make.picture("red"), None)
    if jotting:
        fieldnotes.jot(visit, "welcome", jotting, make.NOON, None)
    visits.submit(visit, 1, ANSWERED, None, make.NOON)
    visits.approve(visit, None)
    return visit


def released(is_internal: bool | None = True, jotting: str = "", **stance: Any) -> Wave:
    study = make.study()
    make.version(study, checklist(is_internal))
    wave = make.wave(study)
    for code in ("AA", "BB"):
        visited(study, wave, code, jotting, **stance)
    releases.release(wave)
    return wave


def text_of(data: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def sheet_of(data: bytes) -> str:
    return " ".join(str(cell) for sheet in load_workbook(io.BytesIO(data)) for row in sheet.values for cell in row)


def pages(wave: Wave) -> list[str]:
    edition = make.edition(wave, "AA")
    way, store = f"/manager/waves/{wave.id}", f"/manager/stores/{edition.id}"
    return [
        "/manager/",
        way,
        f"{way}/network",
        f"{way}/touchpoints/welcome",
        f"{way}/questions/greeted",
        f"{way}/actions/new",
        store,
        f"{store}/figures",
        f"{store}/figures/welcome",
        f"{store}/actions",
    ]


def read_by_manager(client: FlaskClient, wave: Wave) -> Iterator[tuple[str, str]]:
    for address in pages(wave):
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield address, answer.text
    edition = make.edition(wave, "AA")
    yield "the paper of the store", text_of(papers.draw_store(edition, "en"))
    yield "the paper of the network", text_of(papers.draw_network(edition.edition, "en"))
    for table in (
        f"/manager/stores/{edition.id}/figures?file=xlsx&table=touchpoints",
        f"/manager/waves/{wave.id}?file=xlsx&table=heat",
    ):
        yield table, sheet_of(client.get(table).data)


def test_no_page_paper_or_file_of_a_manager_tells_them(sign_in: SignIn) -> None:
    wave = released()
    client = sign_in(make.user(Role.MANAGER, wave.study.client))
    found = {
        (address, secret) for address, text in read_by_manager(client, wave) for secret in SECRETS if secret in text
    }
    assert found == set()


def manager(wave: Wave) -> User:
    return make.user(Role.MANAGER, wave.study.client)


def test_the_same_question_is_told_where_it_is_not_internal(sign_in: SignIn) -> None:
    """The test above sees what it looks for."""
    wave = released(is_internal=False)
    told = " ".join(text for _, text in read_by_manager(sign_in(manager(wave)), wave))
    assert [secret for secret in SECRETS if secret not in told] == []


def test_neither_has_an_address(sign_in: SignIn) -> None:
    wave = released()
    client, way = sign_in(manager(wave)), f"/manager/waves/{wave.id}"
    store = f"/manager/stores/{make.edition(wave, 'AA').id}"
    addresses = (f"{way}/questions/money", f"{way}/touchpoints/costs", f"{store}/figures/costs")
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_its_photo_is_missing(sign_in: SignIn) -> None:
    wave = released()
    photo = db.session.scalars(db.select(photos.Photo).where(photos.Photo.question == "money")).first()
    store = make.edition(wave, "AA")
    assert sign_in(manager(wave)).get(f"/manager/stores/{store.id}/photos/{photo.sha256}").status_code == 404


def test_no_action_is_about_it(sign_in: SignIn) -> None:
    wave = released()
    store = make.edition(wave, "AA")
    form = {"store": str(store.id), "about": "q:money", "text": "Pay less"}
    answer = sign_in(manager(wave)).post(f"/manager/waves/{wave.id}/actions/new", data=form)
    assert answer.status_code == 422


def test_nothing_of_it_is_frozen() -> None:
    """Neither with the stores nor with the network: what is not there cannot be shown by mistake."""
    wave = released()
    edition = db.session.scalars(db.select(Edition).where(Edition.wave_id == wave.id)).one()
    stores = db.session.scalars(db.select(StoreEdition).where(StoreEdition.edition_id == edition.id))
    frozen = msgspec.json.encode([edition.network, [store.snapshot for store in stores]]).decode()
    assert [secret for secret in SECRETS if secret in frozen] == []


def test_figures_for_the_client_do_not_hold_it() -> None:
    wave = released()
    taken = snapshots.take_wave(wave)
    stores = [one.snapshot for one in taken.stores]
    told = figures.as_json(
        "s", "w", taken.stores[0].checklist, stores, words.of("en"), 1, frozen=figures.Frozen(network=taken.network)
    )
    assert [secret for secret in SECRETS if secret in json.dumps(told)] == []


def test_an_edition_from_before_the_column_does_not_show_what_the_phone_filled_in(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its version has no word on who may see a calculation, and its snapshots hold the answers."""
    content = make.small_checklist()
    total = make.question(
        "sum", QuestionType.CALCULATE, calculation="${greeted} = 'yes'", label=make.text("Hidden sum")
    )
    study = make.study()
    make.version(study, Checklist("shop", make.text("Shop"), (*content.sections, make.section("unshown", total))))
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA"))
    with monkeypatch.context() as before:
        before.setattr(internal, "for_client", lambda whole, also=(): whole)
        releases.release(wave)
    store = make.edition(wave, "AA")
    assert "sum" in {answer.question for visit in store.snapshot.visits for answer in visit.answers}
    client = sign_in(manager(wave))
    for address in (f"/manager/stores/{store.id}", f"/manager/stores/{store.id}/figures", f"/manager/waves/{wave.id}"):
        page = client.get(address, follow_redirects=True).text
        assert ("Hidden sum" in page, "unshown" in page) == (False, False), address


def test_the_desk_and_whoever_answered_read_it(sign_in: SignIn) -> None:
    study = make.study()
    make.version(study, checklist())
    visit = visited(study, make.wave(study), "AA")
    shopper = visit.fieldworker.user
    assert shopper is not None
    desk = sign_in(make.user(Role.REVIEWER, study.client)).get(f"/desk/visits/{visit.id}").text
    own = sign_in(shopper).get(f"/field/visits/{visit.id}/report").text
    assert [(LABEL in page, COMMENT in page) for page in (desk, own)] == [(True, True), (True, True)]


def test_the_desks_paper_of_a_visit_leaves_it_out_and_says_so(app: Flask, sign_in: SignIn) -> None:
    study = make.study()
    make.version(study, checklist())
    visit = visited(study, make.wave(study), "AA", "They know me here.")
    reviewer = sign_in(make.user(Role.REVIEWER, study.client))
    paper = text_of(fetch(app, reviewer, f"/desk/visits/{visit.id}/report.pdf?locale=en").data)
    assert [secret for secret in (LABEL, AMOUNT, COMMENT, "They know me here.") if secret in paper] == []
    assert "1 internal question is left out of this report." in paper
    assert "1 note is left out: the client does not read the notes of this method." in paper


JOTTING = "The assistant never looked up from the till while I stood there waiting."


@pytest.mark.parametrize(
    ("stance", "chosen", "is_read"),
    [
        (SHOPPER, None, False),
        (OBSERVER, None, True),
        (SHOPPER, (Method.MYSTERY_SHOPPING,), True),
        (OBSERVER, (Method.MYSTERY_SHOPPING,), False),
    ],
)
def test_jottings_reach_the_client_as_the_study_says(
    sign_in: SignIn, stance: dict[str, Any], chosen: tuple[Method, ...] | None, is_read: bool
) -> None:
    study = make.study(jotting_methods=chosen)
    make.version(study, checklist())
    wave = make.wave(study)
    for code in ("AA", "BB"):
        visited(study, wave, code, JOTTING, **stance)
    releases.release(wave)
    told = " ".join(text for _, text in read_by_manager(sign_in(manager(wave)), wave))
    assert (JOTTING in told) == is_read


def test_the_setting_of_the_day_of_the_release_counts(sign_in: SignIn) -> None:
    study = make.study(jotting_methods=(Method.MYSTERY_SHOPPING,))
    make.version(study, checklist())
    wave = make.wave(study)
    visited(study, wave, "AA", JOTTING)
    studies.change_study(study, None, jotting_methods=())
    releases.release(wave)
    page = sign_in(manager(wave)).get(f"/manager/stores/{make.edition(wave, 'AA').id}").text
    assert JOTTING not in page


def test_the_quotation_falls_back_to_a_comment(sign_in: SignIn) -> None:
    study = make.study()
    make.version(study, checklist())
    wave = make.wave(study)
    visit = make.visit(make.assignment(wave, at=make.store(study, "AA")))
    fieldnotes.jot(visit, "welcome", JOTTING, make.NOON, None)
    said = "Nobody said a word to me until I asked where the fitting rooms are."
    visits.submit(visit, 1, {"q-greeted": ["no"], "c-greeted": [said]}, None, make.NOON)
    visits.approve(visit, None)
    releases.release(wave)
    page = sign_in(manager(wave)).get(f"/manager/stores/{make.edition(wave, 'AA').id}").text
    assert ("Comment on an answer" in page, said in page, JOTTING in page) == (True, True, False)


def released_again(wave: Wave) -> tuple[int, int]:
    """Visits amended and visits that read otherwise, in the change that the next edition tells of."""
    change = releases.release_again(wave, "What the client reads").change
    assert change is not None
    return sum(store.amended for store in change.stores), sum(store.reworded for store in change.stores)


def test_what_is_marked_after_a_release_leaves_with_the_next_edition(sign_in: SignIn) -> None:
    """A newer version of the file marks it; no visit was made with that version, and none was amended."""
    wave = released(is_internal=False)
    make.version(wave.study, checklist())
    assert released_again(wave) == (0, 2)
    found = {
        secret for _, text in read_by_manager(sign_in(manager(wave)), wave) for secret in SECRETS if secret in text
    }
    assert found == set()


def test_jottings_leave_with_the_next_edition(sign_in: SignIn) -> None:
    wave = released(jotting=JOTTING, **OBSERVER)
    studies.change_study(wave.study, None, jotting_methods=())
    assert released_again(wave) == (0, 2)
    page = sign_in(manager(wave)).get(f"/manager/stores/{make.edition(wave, 'AA').id}").text
    assert JOTTING not in page


def test_what_the_phone_filled_in_is_no_change() -> None:
    """An edition of 0.3.0 holds it, and today's does not: nobody reads anything else than before."""
    content = make.small_checklist()
    total = make.question("sum", QuestionType.CALCULATE, calculation="${greeted} = 'yes'")
    study = make.study()
    make.version(study, Checklist("shop", make.text("Shop"), (*content.sections, make.section("unshown", total))))
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA"))
    with pytest.MonkeyPatch.context() as before:
        before.setattr(internal, "for_client", lambda whole, also=(): whole)
        releases.release(wave)
    with pytest.raises(releases.NothingChanged):
        releases.release_again(wave, "Nothing")
