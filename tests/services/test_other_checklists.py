"""Two checklists in one wave: what is in no figure is counted and named, for the coordinator and in the reports."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist
from fieldstudy.models import User, Wave
from fieldstudy.queries import networks
from fieldstudy.reports import network as network_reports
from fieldstudy.reports import papers
from fieldstudy.reports.network import Source
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def wave() -> Wave:
    """Three visits with the checklist of most, in S-A and S-B; two with another, one of them alone in S-C."""
    study = make.study()
    make.version(study)
    made = make.wave(study)
    for code in ("S-A", "S-A", "S-B"):
        make.visited(made, make.store(study, code))
    make.version(study, Checklist("other", make.text("Other"), (make.section("a", make.question("x")),)))
    for code in ("S-A", "S-C"):
        task = make.assignment(made, at=make.store(study, code), form_id="other")
        make.approved(task, {"q-x": ["yes"]})
    return made


def test_the_release_page_says_what_can_be_done_and_names_the_store(sign_in: SignIn, wave: Wave) -> None:
    coordinator = make.user(Role.COORDINATOR, wave.study.client)
    page = sign_in(coordinator).get(f"/studio/waves/{wave.id}/release").text
    assert "2 approved visits on another checklist than most" in page
    assert "give them a wave of their own" in page
    assert "Store S-C was visited with the other checklist only and gets no report." in page


@pytest.mark.parametrize(
    ("language", "said", "own"),
    [
        (
            "en",
            "2 visits were made with another checklist than most and are in no figure. Visited with that checklist "
            "only, and therefore without a figure: Store S-C.",
            "1 was made with another checklist than most of the wave and is in no figure",
        ),
        (
            "it",
            "2 visite sono state fatte con una checklist diversa da quella della maggioranza e non entrano in nessuna "
            "cifra. Visitato solo con quella checklist, e quindi senza cifre: Store S-C.",
            "1 è stata fatta con una checklist diversa da quella della maggioranza e non entra in nessuna cifra",
        ),
    ],
)
def test_the_reports_count_them(wave: Wave, language: str, said: str, own: str) -> None:
    found = networks.of_edition(releases.release(wave))
    assert found is not None
    report = network_reports.build(found.snapshot, found.checklist, words.of(language), Source(1))
    assert any(said in text for fact in report.method.facts for text in fact.texts)
    store = papers.store_report(make.edition(wave, "S-A"), language)
    assert any(own in text for fact in store.method.facts for text in fact.texts)


def test_the_manager_s_page_counts_them_for_whoever_sees_all_stores(sign_in: SignIn, wave: Wave) -> None:
    releases.release(wave)
    page = sign_in(make.user(Role.MANAGER, wave.study.client)).get(f"/manager/waves/{wave.id}").text
    assert "2 visits were made with another checklist than most and are in no figure." in page


def test_a_report_names_the_version_by_our_number_and_its_file(wave: Wave) -> None:
    edition = releases.release(wave)
    version = make.edition(edition.wave, "S-A").checklist_version
    facts = papers.store_report(make.edition(wave, "S-A"), "en").method.facts
    said = next(fact.texts[0] for fact in facts if fact.term == "Checklist")
    assert f"version 1 (file {version.sha256[:8]})" in said
