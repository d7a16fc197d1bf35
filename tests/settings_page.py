"""docs/settings.md, written from the table of settings in config.py."""

from pathlib import Path

from fieldstudy.config import Config
from fieldstudy.settings import Setting, show

PATH = Path(__file__).parent.parent / "docs/settings.md"
HEAD = """# Settings

They are read from the environment when a process starts. A wrong one stops the start: it is named, with what is
allowed; all wrong ones are named at once. `fieldstudy config` prints those in force, without what is secret. What is
secret may lie in a file instead: `SECRET_KEY_FILE=/run/secrets/key` in the place of `SECRET_KEY`. This page
is written by `make settings`, from `fieldstudy/config.py`.

| Setting | Meaning | Allowed | Default |
| --- | --- | --- | --- |
"""


def text() -> str:
    return HEAD + "".join(_row(setting, fixed) for _, setting, fixed in Config.settings())


def _row(setting: Setting, fixed: object) -> str:
    default = setting.default or f"`{show(fixed)}`"
    allowed = setting.allowed.replace("<", "&lt;")
    name = f"`{setting.name}` or `…_FILE`" if setting.is_secret else f"`{setting.name}`"
    return f"| {name} | {setting.meaning} | {allowed} | {default} |\n"


def write() -> None:
    PATH.write_text(text())
