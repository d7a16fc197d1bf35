"""Files that a coordinator brings in: stores, checklists, visits."""

import io
import threading
import time
from collections.abc import Callable, Iterable, Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.exchange import child, xlsform
from fieldstudy.exchange.problems import FileIsRefused
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, JournalLine, Store, Study, User, Visit, Wave
from fieldstudy.queries import checklists as checklist_queries
from tests import factories as make
from tests.exchange import files
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]

SURVEY = (
    ("type", "name", "label", "required", "weight", "bands", "colour"),
    ("begin_group", "welcome", "Welcome", "", "", "", ""),
    ("select_one yn", "greeted", "Were you greeted?", "yes", "2", "", ""),
    ("integer", "queue", "How many were in the queue?", "", "", "<=2:1; else:0", "red"),
    ("end_group", "", "", "", "", "", ""),
)
CHOICES = (("list_name", "name", "label", "points"), ("yn", "yes", "Yes", "3"), ("yn", "no", "No", "0"))
SETTINGS = (("form_id", "form_title"), ("shop", "Shop visit"))


def workbook(survey: Iterable[Sequence[str]] = SURVEY) -> bytes:
    book = Workbook()
    for title, rows in (("survey", survey), ("choices", CHOICES), ("settings", SETTINGS)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book["Sheet"])
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


@pytest.fixture
def study(database_url: str, client: FlaskClient) -> Study:
    make.store(make.study(), "A")
    return make.study()


@pytest.fixture
def coordinator(study: Study, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, study.client))


def send(client: FlaskClient, address: str, data: bytes, name: str = "file.csv", **fields: str) -> TestResponse:
    db.session.rollback()
    return client.post(address, data={"file": (io.BytesIO(data), name), **fields})


def codes(study: Study) -> list[str]:
    db.session.rollback()
    return list(
        db.session.scalars(db.select(Store.code).where(Store.client_id == study.client_id).order_by(Store.code))
    )


STORES = b"code,name,city\nA,Uno,Verona\nB,Due,Padova\n"


def test_stores_are_imported(coordinator: FlaskClient, study: Study) -> None:
    answer = send(coordinator, f"/studio/studies/{study.id}/stores", STORES)
    assert (answer.status_code, codes(study)) == (303, ["A", "B"])


def test_the_import_says_what_it_did(coordinator: FlaskClient, study: Study) -> None:
    make.store(study, "B", name="Old name")
    send(coordinator, f"/studio/studies/{study.id}/stores", STORES)
    page = coordinator.get(f"/studio/studies/{study.id}/stores").text
    assert "Imported 2 stores: 1 new and 1 changed." in page


def test_a_wrong_row_stops_the_whole_file(coordinator: FlaskClient, study: Study) -> None:
    answer = send(coordinator, f"/studio/studies/{study.id}/stores", STORES + b"A,Tre,Roma\n")
    assert (answer.status_code, codes(study)) == (422, [])


def test_the_problem_names_row_and_column(coordinator: FlaskClient, study: Study) -> None:
    answer = send(coordinator, f"/studio/studies/{study.id}/stores", STORES + b"A,Tre,Roma\n")
    assert "Row 4, column code" in answer.text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a workbook", b"code\nA\n"])
def test_a_file_that_is_no_table_of_stores_is_refused(coordinator: FlaskClient, study: Study, data: bytes) -> None:
    answer = send(coordinator, f"/studio/studies/{study.id}/stores", data)
    assert (answer.status_code, "Nothing was imported" in answer.text) == (422, True)


def test_a_file_of_21_mb_is_answered_beside_the_field(coordinator: FlaskClient, study: Study) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body = part + b"x" * 21 * 1024 * 1024 + b"\r\n--b--\r\n"
    form = "multipart/form-data; boundary=b"
    answer = coordinator.post(f"/studio/studies/{study.id}/stores", data=body, content_type=form)
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)


def test_no_file_at_all_is_said(coordinator: FlaskClient, study: Study) -> None:
    answer = coordinator.post(f"/studio/studies/{study.id}/stores", data={})
    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)


def test_the_example_file_imports_as_it_is(coordinator: FlaskClient, study: Study) -> None:
    example = coordinator.get("/studio/stores-example.csv").data
    send(coordinator, f"/studio/studies/{study.id}/stores", example)
    assert codes(study) == ["HELP", "LN2", "VR1"]


def publish(client: FlaskClient, study: Study, data: bytes, name: str = "shop.xlsx") -> TestResponse:
    return send(client, f"/studio/studies/{study.id}/checklists", data, name)


def versions(study: Study) -> list[ChecklistVersion]:
    db.session.rollback()
    query = db.select(ChecklistVersion).where(ChecklistVersion.study_id == study.id)
    return list(db.session.scalars(query.order_by(ChecklistVersion.number)))


def test_a_checklist_is_published(coordinator: FlaskClient, study: Study) -> None:
    publish(coordinator, study, workbook())
    assert [(version.form_id, version.number) for version in versions(study)] == [("shop", 1)]


def test_what_the_import_left_out_is_shown(coordinator: FlaskClient, study: Study) -> None:
    answer = publish(coordinator, study, workbook())
    assert "column colour" in coordinator.get(answer.headers["Location"]).text


def test_the_same_file_twice_is_one_version(coordinator: FlaskClient, study: Study) -> None:
    data = workbook()
    answers = [publish(coordinator, study, data) for _ in range(2)]
    page = coordinator.get(answers[1].headers["Location"]).text
    assert (len(versions(study)), "This very file is version 1 already" in page) == (1, True)


def test_a_changed_file_is_a_new_version(coordinator: FlaskClient, study: Study) -> None:
    publish(coordinator, study, workbook())
    publish(coordinator, study, workbook([*SURVEY[:3], SURVEY[4]]))
    assert [version.number for version in versions(study)] == [1, 2]


def test_a_wrong_checklist_publishes_nothing(coordinator: FlaskClient, study: Study) -> None:
    survey = [*SURVEY[:2], ("select_one nobody", "x", "X", "", "", "", ""), SURVEY[4]]
    answer = publish(coordinator, study, workbook(survey))
    assert (answer.status_code, "Sheet survey, row 3" in answer.text, versions(study)) == (422, True, [])


def test_the_preview_shows_points_and_weights(coordinator: FlaskClient, study: Study) -> None:
    publish(coordinator, study, workbook())
    page = coordinator.get(f"/studio/checklists/{versions(study)[0].id}").text
    assert ("Yes <b>3</b>" in page, "≤ 2: 1" in page, '<td class="num">2</td>' in page) == (True, True, True)


def test_the_original_comes_back_to_the_byte(coordinator: FlaskClient, study: Study) -> None:
    data = workbook()
    publish(coordinator, study, data)
    assert coordinator.get(f"/studio/checklists/{versions(study)[0].id}/file").data == data


def remarks(coordinator: FlaskClient, study: Study) -> str:
    return " ".join(coordinator.get(f"/studio/checklists/{versions(study)[0].id}/notes").text.split())


COLOUR = "Sheet survey, row 1, column colour"
CANNOT = "No remarks can be shown"


def never(name: str, data: object) -> None:
    raise AssertionError("a file is read in a request that only looks")


def test_remarks_of_an_import_are_kept(coordinator: FlaskClient, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = publish(coordinator, study, workbook())
    monkeypatch.setattr(xlsform, "read_checklist", never)
    assert answer.location.endswith("/notes")
    said = remarks(coordinator, study)
    assert (COLOUR in said, CANNOT in said) == (True, False)


def test_a_file_without_remarks_has_none(
    coordinator: FlaskClient, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(coordinator, study, workbook([row[:6] for row in SURVEY]))
    monkeypatch.setattr(xlsform, "read_checklist", never)
    assert "The whole file came over as it is." in remarks(coordinator, study)


def test_remarks_from_before_are_found_in_the_file(
    coordinator: FlaskClient, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it cannot be read, nothing is claimed about it."""
    publish(coordinator, study, workbook())
    db.session.execute(db.update(ChecklistVersion).values(notes=None))
    db.session.commit()
    assert COLOUR in remarks(coordinator, study)

    def refuse(name: str, data: object) -> None:
        raise FileIsRefused([])

    monkeypatch.setattr(xlsform, "read_checklist", refuse)
    said = remarks(coordinator, study)
    assert (CANNOT in said, "came over as it is" in said) == (True, False)


VISITS = b"store,fieldworker,method,started_at,greeted,queue\nA,X1,mystery_shopping,2026-03-02 10:00,yes,1\n"


def import_file(client: FlaskClient, wave: Wave, data: bytes) -> TestResponse:
    """What its page says once a worker has read it."""
    sent = send(client, f"/studio/waves/{wave.id}/visits/import", data, form_id="shop")
    assert (sent.status_code, sent.location) == (303, f"/studio/waves/{wave.id}/visits/import/progress")
    do_all_jobs(client.application)
    db.session.rollback()
    return client.get(sent.location)


def import_visits(client: FlaskClient, study: Study, data: bytes) -> tuple[TestResponse, list[Visit]]:
    publish(client, study, workbook())
    make.store(study, "A")
    wave = make.wave(study)
    answer = import_file(client, wave, data)
    return answer, list(db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id)))


def test_visits_are_imported_and_approved(coordinator: FlaskClient, study: Study) -> None:
    answer, found = import_visits(coordinator, study, VISITS)
    assert ("1 visit was imported and is approved." in answer.text, "data-reload" in answer.text) == (True, False)
    assert [visit.state.value for visit in found] == ["approved"]


def test_an_unknown_store_imports_no_visit(coordinator: FlaskClient, study: Study) -> None:
    answer, found = import_visits(coordinator, study, VISITS + VISITS.splitlines()[1].replace(b"A,", b"Z,", 1))
    assert ("Nothing was imported" in answer.text, "Row 3, column store" in answer.text, found) == (True, True, [])


OLDER, NEWER = workbook(), workbook([*SURVEY[:3], SURVEY[4]])


def journal_lines(verb: str) -> list[object]:
    return list(db.session.scalars(db.select(JournalLine.details).where(JournalLine.verb == verb)))


def in_force(study: Study) -> list[int]:
    db.session.rollback()
    return [version.number for version in checklist_queries.list_in_force(study)]


def test_an_older_file_published_again_is_in_force_again(coordinator: FlaskClient, study: Study) -> None:
    for data in (OLDER, NEWER, OLDER):
        answer = publish(coordinator, study, data)
    page = coordinator.get(answer.location).text
    assert ("Version 1 is in force again" in page, in_force(study)) == (True, [1])
    assert journal_lines("checklist.published_again") == [{"form_id": "shop", "number": 1, "before": 2}]
    publish(coordinator, study, NEWER)
    assert in_force(study) == [2]


def test_the_file_in_force_changes_nothing(coordinator: FlaskClient, study: Study) -> None:
    for data in (OLDER, OLDER):
        answer = publish(coordinator, study, data)
    assert "version 1 already, and it is in force" in coordinator.get(answer.location).text
    assert (in_force(study), journal_lines("checklist.published_again")) == ([1], [])


def test_the_page_puts_an_older_version_in_force_again(coordinator: FlaskClient, study: Study) -> None:
    for data in (OLDER, NEWER):
        publish(coordinator, study, data)
    older = next(version for version in versions(study) if version.number == 1)
    page = coordinator.get(f"/studio/studies/{study.id}/checklists").text
    assert page.count("/in-force") == 1  # only the version that is not in force has the button
    assert "new visits start with version 2" in coordinator.get(f"/studio/checklists/{older.id}").text
    answer = coordinator.post(f"/studio/checklists/{older.id}/in-force")
    assert (answer.status_code, in_force(study)) == (303, [1])


def test_a_visits_file_is_read_with_the_version_in_force(coordinator: FlaskClient, study: Study) -> None:
    """The newer one does not ask for the queue, and would refuse the column."""
    for data in (OLDER, NEWER):
        publish(coordinator, study, data)
    publish(coordinator, study, OLDER)
    make.store(study, "A")
    wave = make.wave(study)
    import_file(coordinator, wave, VISITS)
    found = db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id))
    assert [visit.checklist_version.number for visit in found] == [1]


def test_a_row_that_is_known_with_another_answer_is_told(coordinator: FlaskClient, study: Study) -> None:
    _, found = import_visits(coordinator, study, VISITS)
    answer = import_file(coordinator, found[0].wave, VISITS.replace(b"yes,1", b"no,1"))
    assert "differs from it (greeted)" in answer.text


def test_visits_need_a_checklist_first(coordinator: FlaskClient, study: Study) -> None:
    page = coordinator.get(f"/studio/waves/{make.wave(study).id}/visits/import").text
    assert "import that first" in page


@pytest.mark.parametrize("make_file", [files.open_tags, files.large_comment, files.many_strings, files.empty_rows])
def test_a_hostile_workbook_is_refused_while_others_are_answered(
    make_file: Callable[[], bytes], coordinator: FlaskClient, study: Study, app: Flask
) -> None:
    data, address = make_file(), f"/studio/studies/{study.id}/stores"
    answers: list[TestResponse] = []
    form = {"file": (io.BytesIO(data), "stores.xlsx")}
    db.session.rollback()
    upload = threading.Thread(target=lambda: answers.append(coordinator.post(address, data=form)))
    upload.start()
    waits = []
    while upload.is_alive() or not waits:
        started = time.monotonic()
        assert app.test_client().get("/account/sign-in").status_code == 200
        waits.append(time.monotonic() - started)
    upload.join()
    assert (answers[0].status_code, max(waits) < 2) == (422, True)
    assert "Unpacked, the workbook" in answers[0].text


def test_a_table_whose_reader_is_busy_is_refused_and_not_lost(
    coordinator: FlaskClient, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "PATIENCE_SECONDS", 0.01)
    with child._one:
        answer = send(coordinator, f"/studio/studies/{study.id}/stores", STORES)
    assert answer.status_code == 422
    assert "Other files are being read just now. Try again in a minute." in answer.text
