"""Filling the form as somebody would who meets a touchpoint of this quality: raw text, and what each answer is worth.

Names of questions and choices are those of checklist.xlsx; a test holds every filled form against that file.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from fieldstudy.demo.chance import first_reached, happens, near, weighted
from fieldstudy.demo.profiles import within

Steps = Sequence[tuple[float, str, float]]

ORDER: Steps = ((0.78, "in_order", 1), (0.55, "one_detail", 0.75), (0.28, "some_details", 0.25), (0, "out_of_order", 0))
EXTENT: Steps = ((0.68, "in_full", 1), (0.36, "in_part", 0.5), (0, "not_at_all", 0))
STEPS: Steps = ((0.75, "one_page", 1), (0.5, "two_pages", 0.75), (0.25, "many_pages", 0.25), (0, "not_found", 0))
TONE: Steps = ((0.66, "same", 1), (0.33, "cooler", 0.5), (0, "cold", 0))
PRICES = ("39.90", "49.00", "54.00", "59.90", "69.00", "74.90", "79.00", "89.00")


@dataclass(frozen=True)
class Meeting:
    """One visit before it is told: `quality` of each touchpoint from 0 to 1, on this day."""

    quality: Mapping[str, float]
    started_at: datetime
    minutes: int
    is_crowded: bool
    is_watched: bool
    buys: bool
    today: date


@dataclass
class Form:
    """`worth` is from 0 (worst) to 1 (best) and not the points: it says what was noticed, not what counts."""

    rng: Random
    raw: dict[str, list[str]] = field(default_factory=dict)
    worth: dict[str, float] = field(default_factory=dict)

    def put(self, name: str, *values: str, worth: float | None = None) -> None:
        self.raw[f"q-{name}"] = list(values)
        if worth is not None:
            self.worth[name] = worth

    def yes_no(self, name: str, likely: float) -> bool:
        is_yes = happens(self.rng, likely)
        self.put(name, "yes" if is_yes else "no", worth=float(is_yes))
        return is_yes

    def yes_no_na(self, name: str, likely: float, skipped: float) -> None:
        if happens(self.rng, skipped):
            self.put(name, "na")
        else:
            self.yes_no(name, likely)

    def step(self, name: str, quality: float, steps: Steps) -> None:
        chosen, worth = first_reached(near(self.rng, quality, 0.17), steps)
        self.put(name, chosen, worth=worth)

    def scale(self, name: str, quality: float, low: int = 1, high: int = 5) -> int:
        level = near(self.rng, quality, 0.13)
        value = low + round(level * (high - low))
        self.put(name, str(value), worth=(value - low) / (high - low))
        return value

    def several(self, name: str, quality: float, names: Sequence[str], nothing: str) -> None:
        chosen = [each for each in names if happens(self.rng, quality)]
        self.put(name, *(chosen or [nothing]), worth=len(chosen) / len(names))

    def skip(self, name: str) -> None:
        self.raw[f"na-{name}"] = ["1"]


def fill(rng: Random, meeting: Meeting) -> Form:
    """What cannot be lived by watching (a call, advice, a fitting room, a return) is left to those who take part."""
    form = Form(rng)
    steps = WATCHED_STEPS if meeting.is_watched else LIVED_STEPS
    for step in steps:
        step(form, meeting)
    return form


def _site(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["site"]
    form.put("checked_on", (meeting.started_at.date() - timedelta(days=1)).isoformat())
    form.yes_no("hours_match", quality + 0.07)
    form.yes_no_na("stock_true", quality - 0.06, 0.15)
    form.step("site_ease", quality, STEPS)
    form.step("site_effect", quality - 0.06, EXTENT)


def _phone(form: Form, meeting: Meeting) -> None:
    quality, rng = meeting.quality["phone"], form.rng
    form.put("call_time", f"{rng.randint(15, 18)}:{rng.randrange(60):02}")
    calls: Steps = ((0.55, "first", 1), (0.3, "second", 0.5), (0, "none", 0))
    form.step("call_answered", quality, calls)
    if form.raw["q-call_answered"] == ["none"]:
        return
    rings = max(1, round(rng.gauss(2 + (1 - quality) * 8, 1.2)))
    form.put("rings", str(rings), worth=1 if rings <= 3 else 0.6 if rings <= 6 else 0)
    form.step("call_solved", quality - 0.02, EXTENT)


def _window(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["window"]
    if not meeting.is_watched:
        form.put("expected_welcome", str(2 + round(near(form.rng, 0.35 + quality * 0.4, 0.2) * 3)))
    form.yes_no("window_theme", quality)
    form.yes_no("prices_visible", quality)
    form.step("window_order", quality + 0.03, ORDER)


def _seconds(rng: Random, median: float, spread: float) -> int:
    return max(4, round(median * math.exp(rng.gauss(0, spread))))


def _welcome(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["welcome"]
    has_contact = form.yes_no("any_contact", 0.62 + quality * 0.42)
    seconds = min(1500, _seconds(form.rng, 11 * math.exp((0.97 - quality) * 5.2), 0.55))
    if has_contact or quality > 0.6:
        form.put("greeting_seconds", str(seconds), worth=1 if seconds <= 30 else 0.6 if seconds <= 60 else 0)
    else:
        form.skip("greeting_seconds")
    is_greeted = "q-greeting_seconds" in form.raw and seconds <= 30
    form.put("greeted", "yes" if is_greeted else "no", worth=float(is_greeted))
    form.yes_no("eyes_to_door", quality - 0.04)
    form.scale("welcome_felt", quality if has_contact else quality - 0.15)


def _watched_welcome(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["welcome"]
    form.yes_no("eyes_to_door", quality - 0.04)
    greeted = sum(happens(form.rng, within(quality + 0.04)) for _ in range(10))
    worth = 1 if greeted >= 9 else 0.75 if greeted >= 6 else 0.4
    form.put("greeted_of_ten", str(greeted), worth=worth)


def _display(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["display"]
    form.yes_no("sizes_complete", quality - 0.03)
    form.several("tag_info", within(quality + 0.04), ("price", "fibre", "origin", "care"), "none")
    form.step("shelves_order", quality, ORDER)
    form.yes_no_na("mill_named", quality - 0.12, 0.2)
    form.scale("wish", quality + 0.02)


def _advice(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["advice"]
    form.several("needs_asked", within(quality - 0.05), ("recipient", "use", "taste", "size"), "nothing")
    form.step("advice_useful", quality, EXTENT)
    push = 4 - round(near(form.rng, quality + 0.05, 0.18) * 4)
    form.put("pressure", str(push), worth=1 if push <= 1 else 0.6 if push == 2 else 0)
    form.scale("listened", quality)


def _fitting(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["fitting"]
    form.put("fitting_used", "yes" if happens(form.rng, 0.86) else "no")
    if form.raw["q-fitting_used"] == ["no"]:
        return
    form.step("fitting_order", quality + 0.09, ORDER)
    form.yes_no("fitting_light", quality)
    form.yes_no_na("fitting_return", quality - 0.08, 0.12)


def _queue(form: Form, meeting: Meeting) -> None:
    quality, rng = meeting.quality["till"], form.rng
    people = max(0, round(rng.gauss((1 - quality) * 9.5 + 1.1 * meeting.is_crowded, 1.1)))
    seconds = 8 + sum(_seconds(rng, 62, 0.35) for _ in range(people))
    form.put("queue_people", str(people))
    form.put("till_wait", str(seconds), worth=1 if seconds <= 120 else 0.6 if seconds <= 240 else 0.2)
    if people > 3:
        form.yes_no_na("second_till", quality - 0.15, 0.1)


def _payment(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["till"]
    form.put("bought", "yes" if meeting.buys else "no")
    if meeting.buys:
        form.put("paid_total", form.rng.choice(PRICES))
        form.put("receipt_given", "yes", worth=1)
        form.yes_no("gift_wrap", quality - 0.58)
    form.yes_no("goodbye", quality - 0.03)


def _afterwards(form: Form, meeting: Meeting) -> None:
    if meeting.buys:
        _returns(form, meeting)
        _email(form, meeting)
    mean = sum(form.worth.values()) / len(form.worth)
    form.put("come_back", str(_likelihood(form.rng, mean)))
    form.put("recommend", str(_likelihood(form.rng, mean)))


def _returns(form: Form, meeting: Meeting) -> None:
    quality = meeting.quality["returns"]
    form.yes_no("return_policy", quality - 0.06)
    form.yes_no_na("return_accepted", quality * 0.2 + 0.8, 0.3)
    if form.raw["q-return_accepted"] != ["na"]:
        form.step("return_tone", quality, TONE)


def _email(form: Form, meeting: Meeting) -> None:
    """An e-mail that would come after today has not come."""
    quality, rng = meeting.quality["email"], form.rng
    days = int(weighted(rng, {"0": quality, "1": quality, "2": 0.5, "3": 0.3, "5": 0.4 - quality * 0.3, "6": 0.3}))
    has_come = happens(rng, quality + 0.12) and meeting.started_at.date() + timedelta(days=days) <= meeting.today
    form.put("email_arrived", "yes" if has_come else "no", worth=float(has_come))
    if has_come:
        form.put("email_days", str(days), worth=1 if days <= 1 else 0.6 if days <= 3 else 0)
        form.yes_no("email_personal", quality + 0.05)


def _likelihood(rng: Random, mean: float) -> int:
    return min(10, max(0, round(rng.gauss(12 * mean - 2, 1.1))))


WATCHED_STEPS = (_site, _window, _watched_welcome, _display, _queue)
LIVED_STEPS = (
    _site,
    _phone,
    _window,
    _welcome,
    _display,
    _advice,
    _fitting,
    _queue,
    _payment,
    _afterwards,
)
