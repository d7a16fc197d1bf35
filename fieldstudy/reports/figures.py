"""The figures of a wave as plain JSON values: the open form in which anybody can recompute them."""

from decimal import Decimal
from typing import Any

from fieldstudy.core import rounding
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.figures import Figure, QuestionFigure, SectionFigure, StoreFigures, WaveFigures
from fieldstudy.words import Words


def as_json(
    study: str, wave: str, checklist: Checklist, found: WaveFigures, words: Words, decimals: int, store: str = ""
) -> dict[str, Any]:
    """All stores of a wave, or the one with this code; the network is always the whole wave."""

    def figure(value: Figure) -> dict[str, Any]:
        return _figure(value, words, decimals)

    network = found.network
    return {
        "study": study,
        "wave": wave,
        "total": checklist.settings.total.value,
        "stores": [_store(one, figure) for one in found.stores if store in ("", one.store)],
        "network": {
            "mean_of_visits": figure(network.mean_of_visits),
            "mean_of_store_means": figure(network.mean_of_store_means),
            "pooled": figure(network.pooled),
            "sections": [_section(section, figure) for section in network.sections],
            "questions": [_question(question, figure) for question in network.questions],
        },
    }


def _store(store: StoreFigures, figure: Any) -> dict[str, Any]:
    return {
        "store": store.store,
        "visits": store.visits,
        "score": figure(store.score),
        "sections": [_section(section, figure) for section in store.sections],
        "questions": [_question(question, figure) for question in store.questions],
    }


def _section(section: SectionFigure, figure: Any) -> dict[str, Any]:
    return {"section": section.section, "score": figure(section.score)}


def _question(question: QuestionFigure, figure: Any) -> dict[str, Any]:
    return {"question": question.question, "rate": figure(question.rate) if question.rate else None}


def _figure(figure: Figure, words: Words, decimals: int) -> dict[str, Any]:
    """`value` unrounded (12 significant digits), `text` rounded once for people."""
    interval = figure.interval
    return {
        "value": _plain(rounding.significant(figure.value)) if figure.value is not None else None,
        "text": _text(figure, words, decimals),
        "earned": _plain(figure.earned),
        "possible": _plain(figure.possible),
        "base": figure.base,
        "base_of": figure.base_of.value,
        "interval": [f"{interval.low:.4f}", f"{interval.high:.4f}"] if interval else None,
        "formula": figure.formula.value,
    }


def _text(figure: Figure, words: Words, decimals: int) -> str:
    """With a plain space: this is data, not typesetting."""
    if figure.value is None:
        return words.gettext("n/a")
    return words.percent(figure.value, decimals).replace("\N{NO-BREAK SPACE}", " ")


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")
