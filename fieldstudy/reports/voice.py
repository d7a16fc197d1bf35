"""One checklist's texts and figures, said in the reader's language."""

from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.checklist import Checklist, Text
from fieldstudy.core.figures import Figure
from fieldstudy.reports.store.case import isolated, printed, shortened
from fieldstudy.words import Words


@dataclass(frozen=True)
class Voice:
    checklist: Checklist
    words: Words

    def say(self, text: Text, name: str = "") -> str:
        """The checklist's own text in the reader's language, else in its own, else the name of the thing."""
        return isolated(text.say(self.words.locale, self.checklist.default_language) or name)

    def section(self, name: str, most: int = 60) -> str:
        section = next((section for section in self.checklist.sections if section.name == name), None)
        return shortened(self.say(section.label, name) if section else name, most)

    def question(self, name: str, most: int = 160) -> str:
        question = self.checklist.question_by_name.get(name)
        return shortened(self.say(question.label, name) if question else name, most)

    def number(self, value: Decimal | None) -> str:
        """A printed number, or n/a."""
        return self.not_available if value is None else self.words.number(value)

    def printed(self, figure: Figure | None) -> str:
        """A whole percent without its sign, or n/a."""
        return self.number(printed(figure))

    @property
    def not_available(self) -> str:
        return self.words.gettext("n/a")
