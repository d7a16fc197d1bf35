"""Marks texts for the catalogue where they are listed; they are translated when they are said."""


def _(msgid: str) -> str:
    return msgid


def ngettext(singular: str, plural: str) -> tuple[str, str]:
    return singular, plural
