"""Puts the compiled message catalogues into the wheel: they are products of the .po files and are not kept in git."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledMessages(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for messages in Path(self.root, "fieldstudy", "translations").glob("*/LC_MESSAGES/*.po"):
            compile_messages(messages)


def compile_messages(messages: Path) -> None:
    with messages.open("rb") as source:
        catalogue = read_po(source, locale=messages.parent.parent.name)
    with messages.with_suffix(".mo").open("wb") as product:
        write_mo(product, catalogue)
