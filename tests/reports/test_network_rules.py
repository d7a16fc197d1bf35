"""Critical rules in the report of a network and on a wave's page: which fired, how often, and what they did."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule
from fieldstudy.core.figures import mean_of_visits
from fieldstudy.core.rules import Rules
from fieldstudy.models import Edition, Study, User
from fieldstudy.queries import networks
from fieldstudy.reports import critical, figures
from fieldstudy.reports import network as network_reports
from fieldstudy.reports.network import Source
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
FIRED = "exit. Not met in 4 of 6 visits, in 2 stores: "
CAVEAT = (
    "In 4 visits a critical rule changed the score, and not the points. Without these rules the score would be 83. "
    "What a gap costs is reckoned without these rules."
)


def released(rule: CriticalRule) -> Edition:
    """Stores A and B miss the exit in both visits, which is 3 of 4 points; C misses nothing in either."""
    study = make.study()
    exits = make.question("exit", critical=Critical(rule))
    form = Checklist(
        "shop",
        make.text("Shop"),
        (
            make.section("door", *map(make.question, ("greeted", "smiled", "seen"))),
            make.section("safety", exits, norm=90),
        ),
    )
    make.version(study, form)
    wave = make.wave(study)
    for code in "ABC":
        store = make.store(study, code, region="North" if code == "A" else "South")
        for _ in range(2):
            raw = {f"q-{name}": ["yes"] for name in ("greeted", "smiled", "seen")}
            make.approved(make.assignment(wave, at=store), {**raw, "q-exit": ["yes" if code == "C" else "no"]})
    return releases.release(wave)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def page(sign_in: SignIn, edition: Edition, of: User) -> str:
    return plain(sign_in(of).get(f"/manager/waves/{edition.wave_id}").text)


def manager(study: Study, **narrowed: object) -> User:
    return make.user(Role.MANAGER, study.client, **narrowed)


def test_the_report_says_which_rule_made_the_score_so_low() -> None:
    """Two stores at 0 and one at 100: 33. Before the rule 75, 75 and 100: 83.3."""
    found = networks.of_edition(released(CriticalRule.TOTAL_ZERO))
    assert found is not None
    head = network_reports.build(found.snapshot, found.checklist, words.of("en"), Source(1)).head
    assert (head.score, head.is_ruled) == ("33", True)
    assert head.critical == (f"{FIRED}the totals of these visits become 0.", CAVEAT)


@pytest.mark.parametrize(("before", "said"), [("0.8996", "would be 90."), ("0.804", "would be the same")])
def test_a_score_that_is_printed_alike_is_not_said_to_change(before: str, said: str) -> None:
    """Half up: 79.5 is printed as 80, and so is 80.4."""
    score = mean_of_visits([Decimal("0.795")])
    assert said in critical.caveat(words.of("en"), Rules(changed=1, before=Decimal(before)), score)


def test_a_rule_that_leaves_the_printed_score_stands_beside_the_costs(sign_in: SignIn) -> None:
    """Page one is for what made its number."""
    edition = released(CriticalRule.FLAG)
    text = sign_in(manager(edition.wave.study)).get(f"/manager/waves/{edition.wave_id}/network").text
    assert text.count("What must not happen") == 1
    assert text.index("Stores and touchpoints</") < text.index("What must not happen")


def test_a_touchpoint_in_which_a_rule_fired_is_no_strength_of_the_network() -> None:
    """Five of six visits are seen to the door: 83, over a norm of 60; only where the miss is critical it is none."""

    def strengths(rule: CriticalRule | None) -> list[str]:
        study = make.study()
        seen = make.question("seen", critical=Critical(rule) if rule else None)
        make.version(study, Checklist("shop", make.text("Shop"), (make.section("door", seen, norm=60),)))
        wave = make.wave(study)
        for code in "ABC":
            store = make.store(study, code)
            for visit in range(2):
                missed = code == "A" and not visit
                make.visited(wave, store, {"q-seen": ["no" if missed else "yes"]})
        found = networks.of_edition(releases.release(wave))
        assert found is not None
        shown = network_reports.build(found.snapshot, found.checklist, words.of("en"), Source(1)).head.strengths
        return [point.title for point in shown.points] if shown else []

    assert strengths(None) == ["door"]
    assert strengths(CriticalRule.FLAG) == []


def test_the_data_hold_the_rules_too() -> None:
    """Means of 3/4, 3/4 and 1 before the rules: 5/6."""
    edition = released(CriticalRule.TOTAL_ZERO)
    stores = [make.edition(edition.wave, code) for code in "ABC"]
    snapshots, checklist = [one.snapshot for one in stores], stores[0].checklist
    found = figures.as_json("s", "w", checklist, snapshots, words.of("en"), 1)["network"]["critical_rules"]
    assert (found["visits_changed"], found["without"]) == (4, "0.833333333333")
    fired = {"question": "exit", "rule": "total_zero", "percent": None, "visits": 4, "stores": 2}
    assert found["fired"] == [fired]


def test_a_wave_page_says_it_and_its_costs_carry_the_caveat(sign_in: SignIn) -> None:
    edition = released(CriticalRule.TOTAL_ZERO)
    text = page(sign_in, edition, manager(edition.wave.study))
    assert f"What must not happen {FIRED}the totals of these visits become 0." in text
    assert CAVEAT in text.split("Cost:")[1]


def test_a_rule_that_only_marks_a_visit_takes_nothing_off(sign_in: SignIn) -> None:
    edition = released(CriticalRule.FLAG)
    text = page(sign_in, edition, manager(edition.wave.study))
    assert FIRED in text
    assert "Without these rules" not in text


def test_whoever_sees_some_stores_reads_the_rules_of_these(sign_in: SignIn) -> None:
    edition = released(CriticalRule.TOTAL_ZERO)
    text = page(sign_in, edition, manager(edition.wave.study, region="South"))
    assert "exit. Not met in 2 of 4 visits, in 1 store: the totals of these visits become 0." in text
    assert "Without these rules the score would be 88." in text
