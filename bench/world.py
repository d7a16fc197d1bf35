"""A study for measuring: one store, 40 questions in five touchpoints, visits with photos."""

import random
from datetime import timedelta
from decimal import Decimal

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, QuestionType, Settings
from fieldstudy.core.lifecycle import State
from fieldstudy.demo import photos as drawings
from fieldstudy.exchange import picture_decoder
from fieldstudy.models import Assignment, Store, User, Visit, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import photos, visits
from tests import factories as make

SECTIONS, QUESTIONS = 5, 8


def checklist() -> Checklist:
    sections = tuple(
        make.section(f"s{s}", *(_question(s, q) for q in range(QUESTIONS)), norm=Decimal(85)) for s in range(SECTIONS)
    )
    return Checklist("shop", make.text("Forty questions"), sections, Settings())


def _question(section: int, number: int) -> object:
    name = f"q{section}_{number}"
    if number == 0:
        return make.question(name, QuestionType.TIMER)
    if number == 1:
        return make.question(name, QuestionType.TEXT)
    return make.question(name, options=make.YES_NO_NA, label=make.text(f"Is it as it should be at {section}.{number}?"))


def raw(seed: int) -> dict[str, list[str]]:
    rng = random.Random(seed)  # noqa: S311
    found: dict[str, list[str]] = {}
    for s in range(SECTIONS):
        found |= {f"q-q{s}_{q}": [rng.choice(["yes", "yes", "yes", "no", "na"])] for q in range(2, QUESTIONS)}
        found |= {f"q-q{s}_0": [str(rng.randint(10, 400))], f"q-q{s}_1": ["It was bright and calm, nobody waited."]}
        found |= {f"feeling-s{s}": [str(rng.randint(-2, 2))], f"c-q{s}_2": ["The till was left alone for a while."]}
    return found


class World:
    def __init__(self) -> None:
        self.study = make.study()
        make.version(self.study, checklist())
        self.wave: Wave = make.wave(self.study, starts_on=now().date())
        self.store: Store = make.store(self.study, "B1")
        self.shopper: User = make.user(Role.SHOPPER, self.study.client)
        self.assignment: Assignment = make.assignment(self.wave, self.shopper, self.store)

    def started(self, count: int) -> list[Visit]:
        """Visits that wait to be sent, each of an assignment of its own."""
        stores = [make.store(self.study, f"W{number}") for number in range(count)]
        return [visits.start(make.assignment(self.wave, self.shopper, store), new_id(), None) for store in stores]

    def fill(self, count: int, with_photo: int) -> None:
        """Approved visits of the store, the first ones with a picture each."""
        for number in range(count):
            at = now() - timedelta(days=count - number)
            visit = visits.start(self.assignment, new_id(), None, at)
            if number < with_photo:
                picture = picture_decoder.decode(drawings.draw("window", number))
                photos.keep(visit, f"q{number % SECTIONS}_2", picture, None, at)
            visits.submit(visit, 1, raw(number), None, at)
            if visit.state == "held":
                visits.set_aside(visit, State.RECEIVED, "", None)
            visits.approve(visit, None)
