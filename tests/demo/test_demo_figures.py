"""What the made-up visits add up to: the plot of the story, seen through the real scoring."""

from statistics import mean

import pytest

from fieldstudy.core import answers, scoring
from fieldstudy.core.checklist import Method
from fieldstudy.demo.roster import WATCHING
from fieldstudy.exchange import xlsform
from tests.demo.scene import FOLDER


@pytest.fixture(scope="module")
def scores(told):
    checklist = xlsform.read_checklist("checklist.xlsx", (FOLDER / "checklist.xlsx").read_bytes()).checklist
    found: dict = {}
    for visit in told:
        if visit.method != WATCHING:
            method, day = Method(visit.method), visit.started_at.date()
            given = answers.read(checklist.for_method(method), visit.raw, day).answers
            found.setdefault((visit.store, visit.wave), []).append(scoring.score(checklist, method, given, day))
    return found


def _mean(scores, store, wave) -> float:
    return mean(float(score.final) for score in scores[store, wave])


def _section(scores, store, wave, section) -> float:
    fractions = [s.fraction for score in scores[store, wave] for s in score.sections if s.section == section]
    return mean(float(fraction) for fraction in fractions if fraction is not None)


def test_torino_improves_clearly(scores):
    assert _mean(scores, "TO1", 2) - _mean(scores, "TO1", 1) > 0.15


def test_bergamo_worsens_clearly(scores):
    assert _mean(scores, "BG1", 1) - _mean(scores, "BG1", 2) > 0.12


@pytest.mark.parametrize("section", ["welcome", "till"])
def test_verona_is_weak_where_the_story_says_so(scores, section):
    assert _section(scores, "VR1", 2, section) < 0.7 < _mean(scores, "VR1", 2)


def test_verona_has_one_of_the_best_windows(scores):
    assert _section(scores, "VR1", 2, "window") > 0.9


def test_the_network_lies_near_eighty(scores):
    stores = {store for store, _ in scores}
    assert 0.75 < mean(_mean(scores, store, 2) for store in stores) < 0.85


def test_nobody_scores_zero(scores):
    assert min(float(score.final) for found in scores.values() for score in found) > 0.3


def test_several_critical_rules_fire(scores):
    fired = {str(rule.rule) for found in scores.values() for score in found for rule in score.fired}
    assert {"flag", "cap", "min", "section_zero"} <= fired
