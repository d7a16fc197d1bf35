"""Not collected with the others, for it takes a minute and 1.3 GB: `pytest tests/reports/endless.py`."""

from io import BytesIO

from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.reports import pdf, store
from tests import hostile
from tests.reports import snapshots


def test_five_thousand_questions_are_printed() -> None:
    form = snapshots.many_sections(1250)
    snapshot = snapshots.store_snapshot(form, visits=1, photos=0, stores=1, has_last=False)
    reader = PdfReader(BytesIO(pdf.render(store.build(snapshot, form, words.of("en"), 1, ()), "en", {})))
    assert (hostile.sizes(reader), len(reader.pages) > 100) == ({(595, 842)}, True)
