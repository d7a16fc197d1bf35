"""What the phone is served: the same scripts and styles without what only their readers need."""

import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fieldstudy.web.field import assets, slim

DATABASES = ("sqlite",)
STATIC = Path(__file__).parents[2] / "static"


def test_notes_and_indentation_are_not_served() -> None:
    text = '// why\n/** what\n * how */\nexport const a = () => {\n  // inside\n  return "// kept"; // beside\n};\n\n'
    assert slim.script(text) == 'export const a = () => {\nreturn "// kept"; // beside\n};\n'


def test_a_template_literal_is_served_as_it_stands() -> None:
    text = "const a = `one\n  // two\n  /* three\n`;\n  b();\n"
    assert slim.script(text) == "const a = `one\n  // two\n  /* three\n`;\nb();\n"


def test_a_style_is_served_without_notes() -> None:
    assert slim.style("/* all */\na {\n  color: red; /* why */\n}\n") == "a {\ncolor: red;\n}\n"


def test_a_note_makes_no_other_build(tmp_path: Path) -> None:
    static = shutil.copytree(STATIC, tmp_path / "static")
    before = assets.of_folder(static).build
    with (static / "js/field/form.js").open("a") as file:
        file.write("// A note.\n")
    assert assets.of_folder(static).build == before


@pytest.mark.usefixtures("app")
def test_what_is_served_is_what_the_build_names(client: FlaskClient) -> None:
    bundle = assets.bundle()
    text = client.get(f"/field/assets/{bundle.build}/js/field/form.js").get_data(as_text=True)
    assert (text.encode(), re.findall(r"^\s*//", text, re.MULTILINE)) == (bundle.files["js/field/form.js"], [])
