"""In part 2: what was expected before, beside what was found."""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import experience
from fieldstudy.core.experience import Expectation
from fieldstudy.reports import rows
from fieldstudy.reports.rows import Kind, Mark, Row
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import printed, shortened

LABEL_CHARACTERS = 90


@dataclass(frozen=True)
class Expectations:
    drawing: Markup
    key: str


def build(case: Case) -> Expectations | None:
    """None where no visit has both sides of a pair."""
    found = [pair for pair in experience.expectations(case.checklist, case.headline_answers) if pair.gap is not None]
    if not found:
        return None
    drawn = [_row(case, pair) for pair in found]
    said = "; ".join(f"{row.label} {row.below}: {row.said}" for row in drawn)
    alt = case.words.gettext("What was expected and what was found, from 0 to 100.") + f" {said}."
    return Expectations(rows.draw(alt, drawn), case.words.gettext("Open ring: what was expected. Dot: what was found."))


def _row(case: Case, pair: Expectation) -> Row:
    words = case.words
    seen, hoped = printed(pair.perceived) or Decimal(0), printed(pair.expected) or Decimal(0)
    values = {"expected": words.number(hoped), "found": words.number(seen), "gap": words.gap(seen, hoped)}
    return Row(
        label=shortened(case.question(pair.question), LABEL_CHARACTERS),
        marks=(Mark(float(hoped), Kind.EXPECTED, values["expected"]), Mark(float(seen), Kind.FOUND, values["found"])),
        said=words.gettext("gap %(gap)s", gap=values["gap"]),
        below=words.ngettext("from %(num)s visit", "from %(num)s visits", pair.perceived.base),
    )
