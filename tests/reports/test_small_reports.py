"""A report of one to three visits: no page in its middle is nearly empty, and no heading stands alone at a foot."""

from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from fieldstudy import words
from fieldstudy.core.checklist import Checklist
from fieldstudy.reports import pdf, store
from tests import factories as make
from tests.reports import content, snapshots

FOOT, HEIGHT = 48.0, 841.9
"""In points: the margin below, with the running foot, and an A4 sheet."""
LEAST_HEADING = 12.0
"""Text of this size is that of a part's heading."""
FORMS = {"nine": content.CHECKLIST, "two": make.small_checklist(), "one": snapshots.many_sections(1)}


def drawn(form: Checklist, visits: int, language: str) -> PdfReader:
    has_photos = len(form.sections) != len(FORMS["two"].sections)
    taken = snapshots.store_snapshot(form, visits, photos=visits if has_photos else 0, has_last=False)
    pictures = snapshots.photo_bytes(taken)
    report = store.build(taken, form, words.of(language), 1, pictures)
    return PdfReader(BytesIO(pdf.render(report, language, pictures)))


def lines(page: PageObject) -> list[tuple[float, float]]:
    """Height above the lower edge and size of every text of a page but its foot."""
    found: list[tuple[float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip() and y > FOOT:
            found.append((y, abs(size * tm[3] * cm[3])))

    page.extract_text(visitor_text=visit)
    return sorted(found)


@pytest.mark.parametrize(("visits", "language"), [(1, "it"), (1, "en"), (2, "it"), (2, "en"), (3, "it")])
@pytest.mark.parametrize("name", FORMS)
def test_pages_are_filled_and_no_heading_ends_one(name: str, visits: int, language: str) -> None:
    pages = [lines(page) for page in drawn(FORMS[name], visits, language).pages]
    for page in pages[1:-1]:
        assert page[0][0] < HEIGHT / 3
    for page in pages[:-1]:
        assert page[0][1] < LEAST_HEADING


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(("name", "most"), [("nine", 5), ("two", 3), ("one", 3)])
def test_one_visit_needs_few_pages(name: str, most: int, language: str) -> None:
    """With a page for the journey alone they were 6, 4 and 4."""
    assert len(drawn(FORMS[name], 1, language).pages) == most
