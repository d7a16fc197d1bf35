"""Worded values become a tagged PDF. The only file that knows WeasyPrint."""

import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from threading import Lock
from typing import Any

import jinja2

from fieldstudy import words
from fieldstudy.config import SITE
from fieldstudy.reports import anchors, tokens
from fieldstudy.reports.store import StoreReport

SCHEME = "app-asset:"
LOGO = "logo"
STORE = "reports/store.html"
STYLES = ("tokens.css", "report.css", "report-network.css", "report-visit.css", "paper.css")
FONTS = {
    "font_source_serif_pro": ("SourceSerifPro-Regular", "SourceSerifPro-Semibold", "SourceSerifPro-It"),
    "font_source_sans_pro": ("SourceSansPro-Regular", "SourceSansPro-Semibold", "SourceSansPro-It"),
}
INSTALL_HINT = "PDF reports need Pango. On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
MOST_CHARACTERS = 5_000_000
"""Of a report's HTML: 5,000 questions of eight visits have 4.4 million. Each million takes 400 MB to lay out."""

_turn = Lock()
"""Pango's font map is shared by all reports of a process, and is not made for two threads at once."""


class PdfIsUnavailable(RuntimeError):
    def __init__(self, why: str = INSTALL_HINT) -> None:
        super().__init__(why)


class ReportIsTooLong(PdfIsUnavailable):
    """Laying it out would take the memory of the machine; nothing was begun."""

    def __init__(self, characters: int) -> None:
        most = f"of at most {MOST_CHARACTERS:,}"
        super().__init__(f"The report is too long for paper: {characters:,} characters, {most}.")


class AssetIsForeign(RuntimeError):
    """A report asked for something that is not its own. Nothing was fetched, and no PDF is made."""

    def __init__(self, addresses: list[str]) -> None:
        super().__init__("the report refers to something outside itself: " + ", ".join(addresses[:3]))
        self.addresses = addresses


class PictureIsBroken(RuntimeError):
    """Its bytes are no picture: on the page its words would stand in its place."""


@dataclass(frozen=True)
class _Press:
    """What is costly to make and the same for every report: the fonts and the parsed style sheets."""

    weasyprint: Any
    fonts: Any
    styles: tuple[Any, ...]


def render(
    report: StoreReport, language: str, assets: Mapping[str, bytes], accent: str = "", logo: bytes | None = None
) -> bytes:
    """`assets` holds the photos by their hash, each small enough for print already; `accent` replaces the teal."""
    return render_template(STORE, report, language, assets, accent, logo)


def render_template(
    template: str,
    report: object,
    language: str,
    assets: Mapping[str, bytes],
    accent: str = "",
    logo: bytes | None = None,
) -> bytes:
    """Any report's template, which knows it as `report`."""
    html = anchors.released(html_of(report, language, template, accent, has_logo=logo is not None), drawn_with())
    if len(html) > MOST_CHARACTERS:
        raise ReportIsTooLong(len(html))
    own = dict(assets) if logo is None else {**assets, LOGO: logo}
    with _turn, _collector_asleep():
        return _print(_press(), html, own, accent)


def _print(press: _Press, html: str, assets: Mapping[str, bytes], accent: str) -> bytes:
    fetcher = fetcher_of(press.weasyprint, typed(assets))
    page = press.weasyprint.HTML(string=html, base_url=SCHEME, url_fetcher=fetcher)
    own = [press.weasyprint.CSS(string=tokens.css(accent), url_fetcher=fetcher)] if accent else []
    styles = [*press.styles, *own]
    with _said_of_pictures() as broken:
        pdf: bytes = page.write_pdf(stylesheets=styles, font_config=press.fonts, pdf_variant="pdf/ua-1")
    if fetcher.refused:
        raise AssetIsForeign(fetcher.refused)
    if broken:
        raise PictureIsBroken("; ".join(broken))
    return pdf


@contextmanager
def _said_of_pictures() -> Iterator[list[str]]:
    """WeasyPrint goes on without a picture that it cannot read, and says so in its log alone."""
    log, heard = logging.getLogger("weasyprint"), _Heard()
    log.addHandler(heard)
    try:
        yield heard.said
    finally:
        log.removeHandler(heard)


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "load image" in record.msg:
            self.said.append(record.getMessage())


@contextmanager
def _collector_asleep() -> Iterator[None]:
    """A page tree of many small objects wakes the garbage collector over and over: a fifth of the time of a report."""
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            gc.enable()


def html_of(report: object, language: str, template: str = STORE, accent: str = "", *, has_logo: bool = False) -> str:
    said = words.of(language)
    html = (
        _templates()
        .get_template(template)
        .render(
            report=report,
            language=language,
            _=said.gettext,
            photo_src=lambda sha256: f"{SCHEME}{sha256}",
            logo_src=f"{SCHEME}{LOGO}" if has_logo else "",
        )
    )
    return tokens.repaint(html, accent) if accent else html


@lru_cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(SITE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _press() -> _Press:
    try:
        import weasyprint  # noqa: PLC0415 slow to load, and it needs Pango, which a machine may lack
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 as above
    except OSError as missing:
        raise PdfIsUnavailable from missing
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    fonts = FontConfiguration()
    fetcher = fetcher_of(weasyprint, font_files())
    sheets = tuple(
        weasyprint.CSS(
            string=(SITE / "static" / "css" / name).read_text(), base_url=SCHEME, url_fetcher=fetcher, font_config=fonts
        )
        for name in STYLES
    )
    return _Press(weasyprint, fonts, sheets)


@lru_cache
def drawn_with() -> dict[str, bytes]:
    """The font of the drawings, by weight."""
    files = font_files()
    return {"400": files["SourceSansPro-Regular.ttf"][0], "600": files["SourceSansPro-Semibold.ttf"][0]}


def font_files() -> dict[str, tuple[bytes, str]]:
    return {
        f"{name}.ttf": (resources.files(package).joinpath("files", f"{name}.ttf").read_bytes(), "font/ttf")
        for package, names in FONTS.items()
        for name in names
    }


def typed(assets: Mapping[str, bytes]) -> dict[str, tuple[bytes, str]]:
    return {name: (body, _kind(body)) for name, body in assets.items()}


def _kind(body: bytes) -> str:
    if body.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/png" if body.startswith(b"\x89PNG") else "image/webp"


def fetcher_of(weasyprint: Any, assets: Mapping[str, tuple[bytes, str]]) -> Any:
    """Gives out what is held in memory under its name, and refuses every other address."""

    class AssetFetcher(weasyprint.urls.URLFetcher):
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)
            self.refused: list[str] = []

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SCHEME)
            if name == url or name not in assets:
                self.refused.append(url)
                raise ValueError("not an asset of this report")
            body, kind = assets[name]
            return weasyprint.urls.URLFetcherResponse(url, body=body, headers={"Content-Type": kind})

    return AssetFetcher()
