"""Who visits which store, when and how: the errands of three waves around today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from fieldstudy.demo.chance import seeded
from fieldstudy.demo.profiles import STORES, WAVES

ZONE = ZoneInfo("Europe/Rome")

SHOPPING = "mystery_shopping"
TAKING_PART = "participant_observation"
WATCHING = "non_participant_observation"


@dataclass(frozen=True)
class Person:
    """An invented fieldworker; `ending` is the vowel with which their Italian participles end."""

    code: str
    name: str
    role: str
    ending: str


PEOPLE = (
    Person("C01", "Elena Marchetti", "shopper", "a"),
    Person("C02", "Davide Ruggeri", "shopper", "o"),
    Person("C03", "Sara Bellandi", "shopper", "a"),
    Person("C04", "Paolo Bassani", "shopper", "o"),
    Person("C05", "Giulia Ferrante", "shopper", "a"),
    Person("O01", "Marta Zanella", "observer", "a"),
    Person("O02", "Andrea Lodi", "observer", "o"),
    Person("O03", "Irene Castellani", "observer", "a"),
)
PERSON_BY_CODE = {person.code: person for person in PEOPLE}
DEMO_SHOPPER, DEMO_OBSERVER = "C01", "O01"
"""The two whose accounts are open in the demo: they have errands today."""


@dataclass(frozen=True)
class WaveStory:
    number: int
    name: str
    starts_on: date
    ends_on: date
    is_released: bool


@dataclass(frozen=True)
class Errand:
    store: str
    wave: int
    method: str
    fieldworker: str
    started_at: datetime
    minutes: int
    state: str


@dataclass
class _Diary:
    """Nobody has two errands on one day or one store twice in a wave, and no store has two visitors on one day."""

    days: set[tuple[str, date]] = field(default_factory=set)
    stores: set[tuple[str, str]] = field(default_factory=set)
    load: dict[str, int] = field(default_factory=dict)

    def book(self, person: str, store: str, day: date) -> None:
        self.days |= {(person, day), (store, day)}
        self.stores.add((person, store))
        self.load[person] = self.load.get(person, 0) + 1


DAYS_BETWEEN_WAVES = 119
DAYS_OF_A_WAVE = 42


def waves(today: date) -> tuple[WaveStory, ...]:
    """Three waves of six weeks, from a Monday; today lies in the fifth week of the third."""
    last = today - timedelta(days=28 + today.weekday())
    starts = [last - timedelta(days=DAYS_BETWEEN_WAVES * (len(WAVES) - number)) for number in WAVES]
    return tuple(
        WaveStory(number, _name(starts, start), start, start + timedelta(days=DAYS_OF_A_WAVE - 1), number < len(WAVES))
        for number, start in zip(WAVES, starts, strict=True)
    )


def _name(starts: Sequence[date], start: date) -> str:
    in_the_year = [other for other in starts if other.year == start.year]
    return f"Rilevazione {in_the_year.index(start) + 1}, {start.year}"


def errands(today: date) -> list[Errand]:
    return [errand for wave in waves(today) for errand in _errands_of(wave, today)]


def _errands_of(wave: WaveStory, today: date) -> list[Errand]:
    rng, choosing = seeded("days", wave.number), seeded("people", wave.number)
    diary = _Diary()
    booked = [] if wave.is_released else list(_fixed(rng, diary, wave, today))
    days = _weekdays(wave)
    for index, store in enumerate(STORES):
        for method in _mix(wave, index):
            person = _choose_person(choosing, diary, method, store)
            day = _free_day(diary, person, store, rng.choice(days))
            diary.book(person, store, day)
            booked.append(_errand(rng, wave, store, method, person, day, "approved"))
    return sorted(booked, key=lambda errand: errand.started_at)


def _mix(wave: WaveStory, index: int) -> tuple[str, ...]:
    """Methods of one store's approved visits: six where the wave is complete, three or four in the current one."""
    if wave.is_released:
        return (SHOPPING, SHOPPING, SHOPPING, TAKING_PART, WATCHING, WATCHING if index % 2 else TAKING_PART)
    is_late = index >= len(STORES) - 2
    return (SHOPPING, TAKING_PART, WATCHING) if is_late else (SHOPPING, SHOPPING, TAKING_PART, WATCHING)


FIXED = (
    ("PD1", -6, SHOPPING, DEMO_SHOPPER, "returned"),
    ("VR1", -4, SHOPPING, "C02", "received"),
    ("NA1", -3, SHOPPING, "C05", "received"),
    ("MI1", -3, TAKING_PART, "O03", "received"),
    ("FI1", -2, WATCHING, "O02", "received"),
    ("TV1", 0, SHOPPING, DEMO_SHOPPER, "planned"),
    ("LU1", 0, WATCHING, DEMO_OBSERVER, "planned"),
    ("RM1", 1, SHOPPING, "C04", "planned"),
    ("VR1", 2, TAKING_PART, DEMO_OBSERVER, "planned"),
    ("BO1", 4, SHOPPING, DEMO_SHOPPER, "planned"),
)
"""Store, days from today, method, fieldworker, state: what the current wave has beside its approved visits."""


def _fixed(rng: Random, diary: _Diary, wave: WaveStory, today: date) -> Iterator[Errand]:
    for store, days, method, person, state in FIXED:
        day = today + timedelta(days=days)
        diary.book(person, store, day)
        yield _errand(rng, wave, store, method, person, day, state)


def _choose_person(rng: Random, diary: _Diary, method: str, store: str) -> str:
    role = "shopper" if method == SHOPPING else "observer"
    free = [p.code for p in PEOPLE if p.role == role and (p.code, store) not in diary.stores]
    least = min(diary.load.get(code, 0) for code in free)
    return rng.choice([code for code in free if diary.load.get(code, 0) <= least + 1])


HOURS = (10, 10, 11, 11, 15, 16, 16, 17, 17)
MINUTES_STAYED = {SHOPPING: (26, 48), TAKING_PART: (45, 75), WATCHING: (60, 100)}


def _errand(rng: Random, wave: WaveStory, store: str, method: str, person: str, day: date, state: str) -> Errand:
    started_at = datetime.combine(day, time(rng.choice(HOURS), rng.randrange(60)), ZONE)
    return Errand(store, wave.number, method, person, started_at, rng.randint(*MINUTES_STAYED[method]), state)


HOLIDAYS = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
"""Month and day of the Italian public holidays that have a fixed date."""


def _weekdays(wave: WaveStory) -> list[date]:
    """Mondays to Saturdays; in the current wave only those of its first three weeks, which are over."""
    weeks = DAYS_OF_A_WAVE // 7 - 1 if wave.is_released else 3
    return [wave.starts_on + timedelta(days=7 * week + day) for week in range(weeks) for day in range(6)]


def _free_day(diary: _Diary, person: str, store: str, day: date) -> date:
    """This day or the first after it on which the shop is open and both are free."""
    while _is_closed(day) or diary.days & {(person, day), (store, day)}:
        day += timedelta(days=1)
    return day


def _is_closed(day: date) -> bool:
    return day.weekday() == 6 or (day.month, day.day) in HOLIDAYS
