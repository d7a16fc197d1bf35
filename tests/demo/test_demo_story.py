"""The story as a whole: how many, who, when, and what was written."""

from collections import Counter
from datetime import date, timedelta

import pytest

from fieldstudy.demo import roster, story, telling
from tests.demo.scene import TODAY

ANY_DAYS = [date(2026, 1, 7), date(2026, 2, 28), date(2027, 1, 4), date(2027, 8, 16)]


def _texts(visit) -> list[str]:
    written = [values[0] for name, values in visit.raw.items() if name.startswith("c-")]
    return [*written, *visit.raw.get("q-in_a_sentence", ()), *(text for _, _, text in visit.jottings)]


def test_same_day_same_story(stories):
    assert story.visits(TODAY) == stories


def test_two_hundred_visits_in_three_waves(stories):
    assert Counter(visit.wave for visit in stories) == {1: 72, 2: 72, 3: 56}


def test_the_current_wave_is_under_way(stories):
    states = Counter(visit.state for visit in stories if visit.wave == 3)
    assert states == {"approved": 46, "received": 4, "returned": 1, "planned": 5}


def test_past_waves_are_complete(stories):
    assert {visit.state for visit in stories if visit.wave < 3} == {"approved"}


def test_each_store_has_six_visits_of_all_methods_in_a_past_wave(stories):
    for store in story.STORES:
        methods = [visit.method for visit in stories if (visit.store, visit.wave) == (store, 2)]
        assert (len(methods), len(set(methods))) == (6, 3)


@pytest.mark.parametrize("today", ANY_DAYS)
def test_visits_lie_in_their_wave_and_today_in_the_last(today):
    waves = roster.waves(today)
    assert waves[2].starts_on <= today <= waves[2].ends_on
    for visit in story.visits(today):
        wave = waves[visit.wave - 1]
        assert wave.starts_on <= visit.started_at.date() <= wave.ends_on


def test_waves_are_numbered_within_their_year():
    names = [wave.name for wave in roster.waves(date(2026, 11, 22))]
    assert names == ["Rilevazione 1, 2026", "Rilevazione 2, 2026", "Rilevazione 3, 2026"]


def test_waves_that_cross_a_year_start_again_from_one():
    names = [wave.name for wave in roster.waves(date(2027, 3, 3))]
    assert names == ["Rilevazione 1, 2026", "Rilevazione 2, 2026", "Rilevazione 1, 2027"]


@pytest.mark.parametrize("today", ANY_DAYS)
def test_nobody_is_in_two_cities_on_one_day(today):
    days = Counter((visit.fieldworker, visit.started_at.date()) for visit in story.visits(today))
    assert max(days.values()) == 1


def test_shoppers_shop_and_observers_observe(stories):
    for visit in stories:
        is_shopper = roster.PERSON_BY_CODE[visit.fieldworker].role == "shopper"
        assert is_shopper == (visit.method == roster.SHOPPING)


def test_nothing_is_written_before_it_happens(told):
    assert all(visit.started_at.date() < TODAY for visit in told)


def test_the_open_accounts_have_errands_today(stories):
    today = {visit.fieldworker for visit in stories if visit.state == "planned" and visit.started_at.date() == TODAY}
    assert today == {roster.DEMO_SHOPPER, roster.DEMO_OBSERVER}


def test_planned_visits_are_empty_and_lie_ahead(stories):
    for visit in stories:
        if visit.state == "planned":
            assert TODAY <= visit.started_at.date() <= TODAY + timedelta(days=7)
            assert (visit.raw, visit.jottings, visit.photos) == ({}, [], [])


def test_times_are_those_of_the_store(stories):
    assert {visit.started_at.tzinfo for visit in stories} == {roster.ZONE}


def test_the_returned_visit_says_why_by_question(stories):
    (returned,) = [visit for visit in stories if visit.state == "returned"]
    assert set(returned.question_reasons) == {"till_wait", "receipt_given"}
    assert returned.reason
    assert returned.fieldworker == roster.DEMO_SHOPPER


def test_who_only_watches_writes_five_to_ten_jottings(told):
    counts = {len(visit.jottings) for visit in told if visit.method == roster.WATCHING}
    assert (min(counts), max(counts)) == (6, 10)


def test_jottings_lie_within_the_visit(told):
    assert all(0 < offset <= visit.minutes for visit in told for _, offset, _ in visit.jottings)


def test_nothing_is_said_twice_of_a_store_in_a_wave(told):
    said = Counter((visit.store, visit.wave, text) for visit in told for text in _texts(visit))
    assert [key for key, times in said.items() if times > 1] == []


def test_many_different_sentences_are_said(told):
    assert len({text for visit in told for text in _texts(visit)}) > 300


def test_no_gap_is_left_in_a_sentence(told):
    assert [text for visit in told for text in _texts(visit) if "{" in text or not text.strip()] == []


def test_sentences_are_all_different():
    texts = [line.text for line in telling.lines()]
    assert len(texts) == len(set(texts)) > 300


@pytest.mark.parametrize(
    ("seconds", "said"), [("45", "45 secondi"), ("60", "1 minuto"), ("121", "2 minuti e 1 secondo")]
)
def test_put_in_words_says_a_time_span(seconds, said):
    assert telling.put_in_words("{time}.", "a", seconds) == f"{said}."


@pytest.mark.parametrize("today", ANY_DAYS)
def test_verona_has_its_signature_once(today):
    signed = [visit for visit in story.visits(today) if story.SIGNATURE in _texts(visit)]
    assert [(visit.store, visit.wave) for visit in signed] == [("VR1", 2)]
