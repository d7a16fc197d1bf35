"""Which visits are worth a second look, and which are not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fieldstudy.core.hints import HintKind, VisitFacts, hints

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def kinds(started_at: datetime = NOON, **fields: object) -> list[HintKind]:
    return [hint.kind for hint in hints(VisitFacts(started_at, **fields))]


WAVE = (date(2026, 3, 2), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("day", "is_outside"),
    [((2026, 3, 1), True), ((2026, 3, 2), False), ((2026, 3, 20), False), ((2026, 3, 21), True), ((2025, 3, 9), True)],
)
def test_a_day_outside_the_wave_gives_a_hint(day: tuple[int, int, int], is_outside: bool) -> None:
    found = kinds(datetime(*day, 12, 0, tzinfo=UTC), wave=WAVE)
    assert found == ([HintKind.OUTSIDE_WAVE] if is_outside else [])


def after(**span: int) -> datetime:
    return NOON + timedelta(**span)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"ended_at": after(seconds=8)}, [HintKind.SHORT_FORM]),
        ({"ended_at": after(minutes=2)}, []),
        ({"ended_at": after(seconds=-8)}, []),
        ({"ended_at": after(seconds=8), "is_closed": True}, []),
        ({"ended_at": after(hours=1), "stay": timedelta(seconds=40)}, [HintKind.SHORT_STAY]),
        ({"ended_at": after(seconds=40), "stay": timedelta(minutes=20)}, []),
        ({"has_all_points": True, "scored_answers": 10}, [HintKind.ALL_TOP]),
        ({"has_all_points": True, "scored_answers": 9}, []),
        ({"has_all_points": False, "scored_answers": 50}, []),
        ({"one_colour_photos": 1}, [HintKind.ONE_COLOUR]),
        ({"one_colour_photos": 0}, []),
    ],
)
def test_only_what_is_known_gives_a_hint(fields: dict[str, object], expected: list[HintKind]) -> None:
    assert kinds(**fields) == expected


@pytest.mark.parametrize(
    ("hour", "minute", "is_from_file", "is_night"),
    [
        (22, 59, False, False),
        (23, 0, False, True),
        (2, 4, False, True),
        (5, 59, False, True),
        (6, 0, False, False),
        (0, 0, False, True),
        (0, 0, True, False),
        (0, 1, True, True),
    ],
)
def test_night_is_from_eleven_to_six(hour: int, minute: int, is_from_file: bool, is_night: bool) -> None:
    found = kinds(NOON.replace(hour=hour, minute=minute), is_from_file=is_from_file)
    assert found == ([HintKind.NIGHT] if is_night else [])


def test_a_visit_may_carry_several() -> None:
    facts = {"ended_at": NOON.replace(hour=2, minute=4, second=8), "has_all_points": True, "scored_answers": 28}
    expected = [HintKind.SHORT_FORM, HintKind.NIGHT, HintKind.ALL_TOP]
    assert kinds(NOON.replace(hour=2, minute=4), **facts) == expected
