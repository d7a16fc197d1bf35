"""Store reports beside bare WeasyPrint on the same finished HTML, and how they grow with their rows."""

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from bench import timing
from bench.timing import Pair
from fieldstudy import words
from fieldstudy.config import SITE
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports import anchors, pdf
from fieldstudy.reports import store as store_reports
from tests.reports import snapshots

LANGUAGE = "it"
PER_SECTION = 4
"""Questions of each touchpoint of the made-up checklist."""
SIZES = ((60, "about 0.45 s", 5), (600, "<= 3.5 s", 3), (3_000, "linear: 5 × the line above", 1))


def by_rows() -> list[Pair]:
    """Four visits; 60, 600 and 3,000 questions."""
    return [_of_rows(count, goal, rounds) for count, goal, rounds in SIZES]


def _of_rows(count: int, goal: str, rounds: int) -> Pair:
    checklist = snapshots.many_sections(count // PER_SECTION)
    taken = snapshots.store_snapshot(checklist, visits=4, photos=0, stores=2)
    return beside_bare(f"store report, {count} question rows", f"<= 1.15×, {goal}", taken, checklist, {}, rounds)


def beside_bare(
    name: str, goal: str, taken: StoreSnapshot, checklist: Checklist, pictures: dict[str, bytes], rounds: int
) -> Pair:
    """Ours from the snapshot to the file; bare from the finished HTML, with fonts and style sheets read anew."""
    said = words.of(LANGUAGE)

    def ours() -> bytes:
        built = store_reports.build(taken, checklist, said, 1, pictures)
        return pdf.render(built, LANGUAGE, pictures)

    built = store_reports.build(taken, checklist, said, 1, pictures)
    html = anchors.released(pdf.html_of(built, LANGUAGE), pdf.drawn_with())
    sheets = [(SITE / "static" / "css" / sheet).read_text() for sheet in pdf.STYLES]

    def bare() -> bytes | None:
        """WeasyPrint as its manual has it: fonts and style sheets read for this document."""
        fonts, fetcher = FontConfiguration(), pdf.fetcher_of(weasyprint, {**pdf.font_files(), **pdf.typed(pictures)})
        styles = [
            weasyprint.CSS(string=css, base_url=pdf.SCHEME, url_fetcher=fetcher, font_config=fonts) for css in sheets
        ]
        page = weasyprint.HTML(string=html, base_url=pdf.SCHEME, url_fetcher=fetcher)
        return page.write_pdf(stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1")

    return timing.in_turn(name, goal, ours, bare, rounds)
