"""A released wave of several versions of a checklist, as a manager reads it on every page, on paper and in files."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Question, Section, Settings
from fieldstudy.models import User, Wave
from fieldstudy.services import people, releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
D = Decimal
Visits = list[dict[str, str]]


def form(*sections: Section, **settings: object) -> Checklist:
    return Checklist("shop", make.text("Shop"), sections, Settings(**settings))  # type: ignore[arg-type]


def asked(count: int) -> list[Question]:
    return [make.question(f"e{number}") for number in range(count)]


def yes(count: int, of: int) -> dict[str, str]:
    return {f"e{number}": "yes" if number < count else "no" for number in range(of)}


def released(*rounds: tuple[Checklist, Visits], stores: int = 1) -> Wave:
    """Every store has these visits, each round with its own version of the checklist."""
    study = make.study()
    wave, places = make.wave(study), [make.store(study, f"S{number}") for number in range(stores)]
    for checklist, visits in rounds:
        make.version(study, checklist)
        for place in places:
            for answers in visits:
                make.visited(wave, place, {f"q-{name}": [value] for name, value in answers.items()})
    releases.release(wave)
    return wave


@dataclass(frozen=True)
class Seen:
    """What a manager reads of a wave of several stores."""

    client: FlaskClient
    wave: Wave

    def text(self, address: str) -> str:
        html = re.sub(r"<(style|svg)\b.*?</\1>", " ", self.client.get(address).text, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())

    @property
    def store(self) -> str:
        return self.text(f"/manager/stores/{make.edition(self.wave, 'S0').id}")

    @property
    def network(self) -> str:
        return self.text(f"/manager/waves/{self.wave.id}/network")

    @property
    def page(self) -> str:
        return self.text(f"/manager/waves/{self.wave.id}")

    def file(self, touchpoint: str) -> str:
        answer = self.client.get(f"/manager/waves/{self.wave.id}?table=touchpoints&file=csv")
        rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
        return next(row["cost"] for row in rows if row["Touchpoint"] == touchpoint)


def seen(sign_in: SignIn, wave: Wave, language: str = "en") -> Seen:
    user = make.user(Role.MANAGER, wave.study.client)
    people.set_locale(user, language)
    return Seen(sign_in(user), wave)
