"""The command line, from an empty folder to a PDF."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from fieldstudy.app import create_app
from fieldstudy.cli import main
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, User, Visit, Wave
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import import_jobs, jobs, unit, visit_imports
from tests.factors import protect

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FIELDSTUDY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "only for tests, and long enough for them")
    monkeypatch.setenv("FIELDSTUDY_INSECURE_COOKIES", "1")

    def invoke(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(words), obj=application)
        for app in made:
            _let_go(app)
        assert result.exit_code == code, result.output
        return result

    made: list[Flask] = []

    def application() -> Flask:
        made.append(create_app())
        return made[-1]

    return invoke


def _let_go(app: Flask) -> None:
    """A command ends with its process; here its connections would be left to the collector of some later test."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def served() -> Iterator[Flask]:
    app = create_app()
    yield app
    _let_go(app)


CHECKLIST = {
    "survey": [
        ("type", "name", "label::English (en)", "required"),
        ("begin_group", "staff", "Staff", ""),
        ("select_one yn", "badge", "Staff wear badges", "yes"),
        ("end_group", "", "", ""),
    ],
    "choices": [
        ("list_name", "name", "label::English (en)", "points"),
        ("yn", "yes", "Yes", 1),
        ("yn", "no", "No", 0),
    ],
    "settings": [("form_title", "form_id", "version"), ("Bank", "bank", "1")],
}


def write_checklist(path: Path, sheets: dict[str, list[tuple[object, ...]]] = CHECKLIST) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def write_csv(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


VISIT_HEAD = "store,fieldworker,method,started_at,ended_at,badge"


@pytest.fixture
def study(run: Run, tmp_path: Path) -> Path:
    """A client with a study, a wave, two stores and a checklist."""
    run("upgrade")
    run("create", "client", "Oman Banks")
    run("create", "study", "oman", "--client", "Oman Banks", "--name", "Branches")
    run("create", "wave", "2025", "--study", "oman", "--from", "2025-01-01", "--to", "2025-12-31")
    stores = write_csv(
        tmp_path / "stores.csv",
        "code,name,city,region,address,latitude,longitude,timezone",
        "B1,Ruwi,Muscat,Muscat,Main street,23.6,58.5,Asia/Muscat",
        "B2,Salalah,Salalah,Dhofar,,,,Asia/Muscat",
    )
    run("import", "stores", str(stores), "--study", "oman")
    run("import", "checklist", str(write_checklist(tmp_path / "bank.xlsx")), "--study", "oman")
    return tmp_path


def import_visits(run: Run, folder: Path, *rows: str, code: int = 0) -> Result:
    file = write_csv(folder / "visits.csv", VISIT_HEAD, *rows)
    return run("import", "visits", str(file), "--study", "oman", "--wave", "2025", code=code)


def nine(folder: Path) -> list[str]:
    """Seven of nine visits of one store saw a badge."""
    values = ["yes"] * 7 + ["no"] * 2
    return [f"B1,M{i},mystery_shopping,2025-02-0{i + 1}T10:00,2025-02-0{i + 1}T10:20,{v}" for i, v in enumerate(values)]


def figures(run: Run, *options: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        run("figures", "--study", "oman", "--wave", "2025", "--json", *options).output
    )
    return found


def test_nine_visits_give_the_published_rate(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study))
    store = figures(run)["stores"][0]
    assert store["questions"] == [
        {
            "question": "badge",
            "rate": {
                "value": "0.777777777778",
                "text": "77.8 %",
                "earned": "7",
                "possible": "9",
                "base": 9,
                "base_of": "answers",
                "interval": ["0.4526", "0.9368"],
                "formula": "wilson",
                "formula_version": 1,
            },
        }
    ]


def test_the_score_of_a_store_is_a_mean_of_its_visits(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study))
    score = figures(run, "--locale", "it", "--decimals", "2")["stores"][0]["score"]
    shown = [score[key] for key in ("value", "text", "earned", "base", "base_of", "formula")]
    assert shown == ["0.777777777778", "77,78 %", None, 9, "visits", "mean_of_visits_t"]


def test_figures_before_any_visit_are_empty_and_not_an_error(run: Run, study: Path) -> None:
    found = figures(run)
    assert (found["stores"], found["network"]["pooled"]["value"]) == ([], None)


def test_one_store_alone_keeps_the_network_whole(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study), "B2,M1,mystery_shopping,2025-03-01,,no")
    found = figures(run, "--store", "B2")
    assert ([s["store"] for s in found["stores"]], found["network"]["mean_of_visits"]["base"]) == (["B2"], 10)


def test_the_same_file_twice_adds_nothing(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study))
    assert "0 imported" in import_visits(run, study, *nine(study)).output


# A file of visits comes in some at a time.


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit_imports, "AT_ONCE", 2)


def test_others_write_between_the_visits_of_a_file(
    run: Run, study: Path, two_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, tell = [], jobs.progress_beside

    def look(lease: jobs.Lease, done: int, total: int, **told: Any) -> None:
        tell(lease, done, total, **told)
        with served() as app, app.app_context(), unit.work():
            seen.append(db.session.scalar(db.select(db.func.count()).select_from(Visit)))

    monkeypatch.setattr(jobs, "progress_beside", look)
    output = import_visits(run, study, *nine(study)).output
    assert seen[:6] == [0, 2, 4, 6, 8, 9]
    assert [line for line in output.splitlines() if "visits:" in line] == [
        "visits: 2 of 9 are in",
        "visits: 4 of 9 are in",
        "visits: 6 of 9 are in",
        "visits: 8 of 9 are in",
        "visits: 9 imported and approved, 0 were there already",
    ]


def stop_after(rows: int, patched: pytest.MonkeyPatch) -> None:
    """Somebody presses Ctrl-C."""
    tell = jobs.progress_beside

    def stop(lease: jobs.Lease, done: int, total: int, **told: Any) -> None:
        tell(lease, done, total, **told)
        if done >= rows:
            raise KeyboardInterrupt

    patched.setattr(jobs, "progress_beside", stop)


def test_an_interrupted_import_goes_on_where_it_was(
    run: Run, study: Path, two_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        stop_after(4, patched)
        output = import_visits(run, study, *nine(study), code=1).output
    assert "interrupted. 4 of 9 visits are in and stay in: the same command goes on from there." in output
    assert count_visits(run) == 4
    output = import_visits(run, study, *nine(study)).output
    assert "visits: 4 of 9 are there already" in output
    assert "visits: 5 imported and approved, 4 were there already" in output
    assert count_visits(run) == 9


def order_visits(folder: Path, *rows: str) -> UUID:
    """As a page does; no worker takes it."""
    content = write_csv(folder / "visits.csv", VISIT_HEAD, *rows).read_bytes()
    with served() as app, app.app_context():
        wave = db.session.scalars(db.select(Wave)).one()
        version = db.session.scalars(db.select(ChecklistVersion)).one()
        return import_jobs.order(wave, version, "visits.csv", content, None).id


def test_a_file_whose_worker_ended_is_taken_up(run: Run, study: Path) -> None:
    job_id = order_visits(study, *nine(study))
    with served() as app, app.app_context():
        assert jobs.take_one(job_id, -1) is not None
    assert "visits: 9 imported and approved, 0 were there already" in import_visits(run, study, *nine(study)).output


def test_another_file_for_the_wave_has_to_wait(run: Run, study: Path) -> None:
    order_visits(study, *nine(study)[:2])
    output = import_visits(run, study, *nine(study), code=1).output
    assert "another file is being imported into wave '2025': it has to end first" in output
    assert count_visits(run) == 0


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("B9,M1,mystery_shopping,2025-03-01,,yes", "B9"),
        ("B1,M1,ghost_shopping,2025-03-01,,yes", "ghost_shopping"),
        ("B1,M1,mystery_shopping,2025-03-01,,maybe", "maybe"),
        ("B1,M1,mystery_shopping,yesterday,,yes", "yesterday"),
    ],
)
def test_a_wrong_row_imports_nothing_and_says_where(run: Run, study: Path, row: str, says: str) -> None:
    output = import_visits(run, study, *nine(study), row, code=1).output
    assert says in output
    assert "11" in output  # the row as a spreadsheet counts it
    assert figures(run)["stores"] == []


ID_HEAD = VISIT_HEAD + ",id"


def import_with_ids(run: Run, folder: Path, *rows: str, wave: str = "2025", code: int = 0) -> str:
    file = write_csv(folder / "ids.csv", ID_HEAD, *rows)
    return run("import", "visits", str(file), "--study", "oman", "--wave", wave, code=code).output


def row_of(id_: int, badge: str = "yes", year: int = 2025) -> str:
    return f"B1,M{id_},mystery_shopping,{year}-02-0{id_}T10:00,,{badge},{id_}"


def count_visits(run: Run) -> int:
    return len(json.loads(run("list", "visits", "--study", "oman", "--json").output))


def test_an_id_with_other_content_is_an_error_by_row(run: Run, study: Path) -> None:
    import_with_ids(run, study, row_of(1), row_of(2), row_of(3))
    changed = row_of(3).replace("T10:00", "T11:00").replace("B1", "B2")
    output = import_with_ids(run, study, row_of(1), row_of(2, "no"), changed, row_of(4), code=1)
    assert "Row 3, column id" in output
    assert "(badge)" in output
    assert "Row 4, column id" in output
    assert "(store, started_at)" in output
    assert ("Row 2" in output, count_visits(run)) == (False, 3)


def test_an_id_of_another_wave_is_an_error_by_row(run: Run, study: Path) -> None:
    run("create", "wave", "2026", "--study", "oman", "--from", "2026-01-01", "--to", "2026-12-31")
    import_with_ids(run, study, row_of(1), row_of(2))
    output = import_with_ids(run, study, row_of(1, year=2026), row_of(3, year=2026), wave="2026", code=1)
    assert "Row 2, column id" in output
    assert "wave “2025”" in output
    assert count_visits(run) == 2


def test_the_same_ids_again_with_new_rows_add_the_new_ones(run: Run, study: Path) -> None:
    import_with_ids(run, study, row_of(1), row_of(2))
    assert "1 imported and approved, 2 were" in import_with_ids(run, study, row_of(1), row_of(2), row_of(3))


def test_a_corrected_answer_without_an_id_is_an_error_by_row(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study))
    corrected = [row.replace(",no", ",yes") for row in nine(study)]
    output = import_visits(run, study, *corrected, code=1).output
    assert [f"Row {row}:" in output for row in (8, 9, 10)] == [False, True, True]


def test_the_same_file_under_a_newer_checklist_adds_nothing(run: Run, study: Path) -> None:
    """The newer one asks for the badge at a counter only; what is there keeps the version that it came with."""
    import_visits(run, study, *nine(study))
    head, group, badge, end = ((*row, "") for row in CHECKLIST["survey"])
    counter = ("select_one yn", "counter", "A counter?", "", "")
    survey = [(*head[:4], "relevant"), group, counter, (*badge[:4], "${counter} = 'yes'"), end]
    newer = write_checklist(study / "newer.xlsx", {**CHECKLIST, "survey": survey})
    assert "version 2" in run("import", "checklist", str(newer), "--study", "oman").output
    assert "0 imported and approved, 9 were" in import_visits(run, study, *nine(study)).output


def test_a_visit_outside_the_wave_is_told(run: Run, study: Path) -> None:
    output = import_visits(run, study, "B1,M1,mystery_shopping,2031-02-01T10:00,,yes").output
    assert "Row 2, column started_at: The visit was on 2031-02-01" in output


def import_checklist(run: Run, folder: Path, **sheets: list[tuple[object, ...]]) -> str:
    file = write_checklist(folder / "another.xlsx", {**CHECKLIST, **sheets})
    return run("import", "checklist", str(file), "--study", "oman").output


def test_an_older_checklist_file_is_put_back_in_force(run: Run, study: Path) -> None:
    older = str(study / "bank.xlsx")
    import_checklist(run, study, survey=[*CHECKLIST["survey"][:-1], ("text", "why", "Why?", ""), ("end_group",)])
    output = run("import", "checklist", older, "--study", "oman").output
    assert "is an older file: version 1 is in force again" in output
    assert "why" not in import_visits(run, study, *nine(study)).output
    assert "it stays version 1" in run("import", "checklist", older, "--study", "oman").output


def test_a_study_with_two_checklists_asks_which_one(run: Run, study: Path) -> None:
    import_checklist(run, study, settings=[("form_title", "form_id"), ("Other", "other")])
    output = import_visits(run, study, *nine(study), code=1).output
    assert "the study has 2 checklists, choose one: bank, other" in output


def test_a_study_without_a_checklist_says_so(run: Run, tmp_path: Path) -> None:
    run("upgrade")
    run("create", "client", "Oman Banks")
    run("create", "study", "oman", "--client", "Oman Banks")
    run("create", "wave", "2025", "--study", "oman", "--from", "2025-01-01", "--to", "2025-12-31")
    output = import_visits(run, tmp_path, code=1).output
    assert "there is no checklist yet" in output


def test_an_unknown_fieldworker_becomes_one_who_cannot_sign_in(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study))
    rows = json.loads(run("list", "visits", "--study", "oman", "--json").output)
    assert {row["fieldworker"] for row in rows} == {f"M{i}" for i in range(9)}


def test_a_time_without_zone_is_the_stores(run: Run, study: Path) -> None:
    import_visits(run, study, nine(study)[0])
    rows = json.loads(run("list", "visits", "--study", "oman", "--json").output)
    assert rows[0]["started_at"] == "2025-02-01T06:00:00+00:00"  # Muscat is four hours ahead


def test_the_same_checklist_twice_is_one_version(run: Run, study: Path) -> None:
    output = run("import", "checklist", str(study / "bank.xlsx"), "--study", "oman").output
    assert "version 1" in output


def test_a_changed_checklist_is_a_new_version(run: Run, study: Path) -> None:
    changed = {**CHECKLIST, "settings": [("form_title", "form_id", "version"), ("Bank", "bank", "2")]}
    file = write_checklist(study / "bank2.xlsx", changed)
    assert "version 2" in run("import", "checklist", str(file), "--study", "oman").output


def test_a_wrong_checklist_names_sheet_row_and_column(run: Run, study: Path) -> None:
    wrong = {**CHECKLIST, "choices": [*CHECKLIST["choices"][:2], ("yn", "no", "No", "none")]}
    output = run(
        "import", "checklist", str(write_checklist(study / "wrong.xlsx", wrong)), "--study", "oman", code=1
    ).output
    assert all(word in output for word in ("choices", "3", "points"))


def test_the_bank_sample_imports_as_it_is(run: Run, study: Path) -> None:
    sample = Path(__file__).parent.parent.parent / "shared/samples/checklists/bank-branch.xlsx"
    if not sample.exists():
        pytest.skip("the shared samples are not here")
    assert "7 sections, 17 questions" in run("import", "checklist", str(sample), "--study", "oman").output


def test_a_manager_needs_a_client(run: Run, study: Path) -> None:
    assert "belongs to a client" in run("create", "user", "m@example.org", "--role", "manager", code=1).output


def test_a_new_person_gets_a_link_that_is_used_once(run: Run, study: Path) -> None:
    output = run(
        "create", "user", "m@example.org", "--role", "manager", "--client", "Oman Banks", "--store", "B1"
    ).output
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/account/invitation/[\w-]{43}\n", output)


def test_what_is_no_address_gets_no_link(run: Run, study: Path) -> None:
    for email in ("a,b@z.org", "<h@z.org>", "vic@z.org."):
        assert "is not an e-mail address" in run("create", "user", email, "--role", "admin", code=1).output
    said = run("create", "user", "a@intranet.local", "--role", "admin", code=1).output
    assert "MAIL_DOMAINS can allow its domain" in said


def test_whoever_is_locked_out_gets_back_in(run: Run, study: Path) -> None:
    """Also the administrator, when there is no mail."""
    run("create", "user", "Admin@example.org", "--role", "admin")
    output = run("reset", "admin@Example.org").output
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/account/invitation/[\w-]{43}\n", output)
    assert "nobody has the address" in run("reset", "nobody@example.org", code=1).output


def test_a_link_from_the_command_line_vouches_for_the_address(run: Run, study: Path) -> None:
    assert "vouch" in run("create", "user", "--help").output
    link = run("create", "user", "a@example.org", "--role", "admin").output.strip()
    path, data = link.removeprefix("http://127.0.0.1:8000"), {"password": "a long enough sentence"}
    with served() as app:
        app.config["WTF_CSRF_ENABLED"] = False
        answer = app.test_client().post(path, data=data | {"again": data["password"]})
    assert answer.status_code == 302
    again = run("create", "user", "a@example.org", "--role", "manager", "--client", "Oman Banks").output
    assert again == "a@example.org has a password and signs in as always\n"


def test_a_lost_second_factor_is_taken_away(run: Run, study: Path) -> None:
    run("create", "user", "a@example.org", "--role", "admin")
    with served() as app, app.app_context():
        user = db.session.scalars(db.select(User)).one()
        protect(user)
    run("reset", "a@example.org")
    with served() as app, app.app_context():
        assert factor_queries.is_protected(db.session.scalars(db.select(User.id)).one())
    run("reset", "a@example.org", "--factors")
    with served() as app, app.app_context():
        user = db.session.scalars(db.select(User)).one()
        assert not factor_queries.is_protected(user.id)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("create", "client", "Oman Banks"), "already"),
        (("create", "study", "oman", "--client", "Oman Banks"), "already"),
        (("create", "study", "x", "--client", "Nobody"), "does not exist"),
        (("create", "wave", "2025", "--study", "oman", "--from", "2025-01-01", "--to", "2025-02-01"), "already"),
        (("create", "wave", "w", "--study", "oman", "--from", "2025-02-01", "--to", "2025-01-01"), "before"),
        (("figures", "--study", "oman", "--wave", "1999", "--json"), "does not exist"),
        (("list", "waves"), "--study"),
    ],
)
def test_a_wrong_command_says_why_in_one_line(run: Run, study: Path, words: tuple[str, ...], says: str) -> None:
    output = run(*words, code=1).output
    assert says in output
    assert "Traceback" not in output


def test_the_report_of_a_store_is_a_pdf(run: Run, study: Path) -> None:
    import_visits(run, study, *nine(study))
    out = study / "b1.pdf"
    run("report", "--study", "oman", "--wave", "2025", "--store", "B1", "--locale", "it", "-o", str(out))
    assert out.read_bytes().startswith(b"%PDF-")


def test_the_demo_is_refused_beside_other_studies(run: Run, study: Path) -> None:
    assert "other studies" in run("demo", code=1).output


def test_a_missing_secret_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    assert "SECRET_KEY" in run("upgrade", code=1).output


def test_lists_without_json_are_lines(run: Run, study: Path) -> None:
    rows = list(csv.reader(run("list", "stores", "--study", "oman").output.splitlines(), delimiter="\t"))
    assert [row[0] for row in rows] == ["B1", "B2"]
