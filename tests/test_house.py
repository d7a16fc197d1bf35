"""House rules that a machine can keep."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from babel.messages import extract, pofile
from flask import Flask
from jinja2 import StrictUndefined

from tests.web.access_table import AUDIENCE

DATABASES = ("sqlite",)
ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "fieldstudy"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= 60]
    assert (long, path.read_text().count("\n") <= 400) == ([], True)


def test_nothing_that_an_editor_or_a_merge_leaves_behind_lies_in_the_package() -> None:
    """It would be shipped."""
    folders = (PACKAGE, ROOT / "templates", ROOT / "static", ROOT / "migrations")
    left = re.compile(r".*(?:\.(?:orig|rej|bak|swp|tmp)|~)")
    assert [path.name for folder in folders for path in folder.rglob("*") if left.fullmatch(path.name)] == []


def test_only_unit_commits() -> None:
    found = [path.name for path in SOURCES if re.search(r"\.commit\(", path.read_text())]
    assert found == ["unit.py"]


def test_queries_never_write() -> None:
    found = [
        p.name for p in (PACKAGE / "queries").glob("*.py") if re.search(r"\.(add|add_all|delete)\(", p.read_text())
    ]
    assert found == []


def test_every_view_carries_a_policy(app: Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if not name.endswith("static")}
    assert [name for name, view in views.items() if not hasattr(view, "policy")] == []


def test_views_read_requests_through_forms() -> None:
    found = [
        path.name
        for path in (PACKAGE / "web").rglob("*.py")
        if re.search(r"request\.args\[|request\.args\.get", path.read_text())
    ]
    assert found == []


def test_no_link_is_built_from_what_a_request_says_of_its_host() -> None:
    """Config.link builds those that leave the pages. The guards alone ask for the host, to compare with the Origin."""
    by_request = re.compile(r"\b_external\b|request\.(?:url|base_url|url_root|host_url|root_url|host)\b")
    found = [str(p.relative_to(ROOT)) for p in [*SOURCES, *TEMPLATES] if by_request.search(p.read_text())]
    assert found == ["fieldstudy/web/guards.py"]


def test_every_route_stands_in_the_access_table(app: Flask) -> None:
    """By it the matrix of tests/web/test_access_matrix.py measures whom a route serves."""
    known = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")}
    assert known - AUDIENCE.keys() == set(), "give these routes a line in tests/web/access_table.py"
    assert AUDIENCE.keys() - known == set(), "these lines of tests/web/access_table.py have no route"


def test_a_name_that_a_template_does_not_know_is_an_error(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_nothing_inline(path: Path) -> None:
    text = path.read_text()
    inline = re.findall(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)[^>]*>|\|\s*safe\b", text)
    assert inline == []


SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_find_elements_by_what_they_are(path: Path) -> None:
    """A template may put a hint between two elements without taking anything from a script."""
    by_place = r"\b(?:next|previous)(?:Element)?Sibling\b|\b(?:first|last)ElementChild\b|\.children\["
    beside = re.findall(by_place, path.read_text())
    assert beside == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_post_form_carries_a_token(path: Path) -> None:
    text = re.sub(r'{% include "([^"]+)" %}', lambda part: (ROOT / "templates" / part[1]).read_text(), path.read_text())
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE)
    assert [form[:80] for form in forms if not re.search(r"csrf|hidden_tag", form)] == []


def catalogue() -> pofile.Catalog:
    with (PACKAGE / "translations/it/LC_MESSAGES/messages.po").open("rb") as file:
        return pofile.read_po(file, locale="it")


def test_every_text_has_its_italian() -> None:
    missing = [
        m.id
        for m in catalogue()
        if m.id and (m.fuzzy or not (m.string if isinstance(m.string, str) else all(m.string)))
    ]
    assert missing == []


def messages() -> set[object]:
    """Every text in code and templates, found as `make messages` finds it."""
    jinja = {"silent": "false"}
    keywords = {**extract.DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
    found: set[object] = set()
    for folder, method, options in ((PACKAGE, "python", {}), (ROOT / "templates", "jinja2", jinja)):
        suffix = "*.py" if method == "python" else "*.html"
        for path in folder.rglob(suffix):
            found |= {message for _, message, _, _ in extract.extract_from_file(method, path, keywords, (), options)}
    return found


def test_the_catalogue_knows_every_text() -> None:
    known = {m.id for m in catalogue()}
    assert [message for message in messages() if message not in known] == []


@pytest.mark.parametrize(("package", "least"), [("weasyprint", (70, 0)), ("pillow", (12, 3)), ("flask", (3, 1))])
def test_known_holes_are_closed(package: str, least: tuple[int, int]) -> None:
    """Versions below these have published holes; a scanner without a network would not say so."""
    assert tuple(int(part) for part in version(package).split(".")[:2]) >= least


def test_the_project_speaks_of_itself_alone() -> None:
    files = [*SOURCES, *TEMPLATES, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    found = [str(p) for p in files if re.search(rf"/(?:work|root|home)/|\b(?:{marks})\b", p.read_text())]
    assert found == []


def test_no_text_is_asked_for_inside_an_f_string() -> None:
    """The collector of messages does not look there, so that the text would never have its Italian."""
    inside = re.compile(r"""\bf(["'])(?:(?!\1).)*\{[^}]*\b(?:gettext|ngettext|_)\(""")
    assert [path.name for path in SOURCES if inside.search(path.read_text())] == []


def test_codes_are_sorted_by_one_rule() -> None:
    """A database puts 10 before 2, and each puts capitals elsewhere: ordering.by_code does not."""
    as_text = re.compile(r"order_by\([^\n]*\.code\b|\bkey=lambda [a-z]+: [^\n]*(?<!natural_key\()\b[a-z.]+\.code\b")
    assert [str(path) for path in SOURCES if as_text.search(path.read_text())] == []
