"""The Italian article before a number as it is said aloud: il 74, l'8, lo 0."""

import re

_LEADING = re.compile(r"\d+°?")


def article(number: str) -> str:
    """`number` as it is printed in Italian: "88,5 %", "1.144", "1° ottobre"."""
    return {"": "il ", "o": "lo ", "'": "l'"}[_ending(number)] + number


def after_preposition(number: str) -> str:
    """What makes "dal 2" of da, "allo 0" of a and "dell'8" of de."""
    return {"": "l ", "o": "llo ", "'": "ll'"}[_ending(number)] + number


def _ending(number: str) -> str:
    """Uno, otto and undici begin with a vowel, and so does every larger number that begins with them; zero with a z."""
    found = _LEADING.match(number.replace(".", ""))
    digits = found.group() if found else ""
    if digits == "0":
        return "o"
    is_eleven = digits.startswith("11") and len(digits) % 3 == 2
    return "'" if digits == "1" or digits.startswith("8") or is_eleven else ""
