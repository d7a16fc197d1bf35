"""Settings in force as a page shows them; the command line prints them as the environment has them."""

import re
from collections.abc import Mapping
from decimal import Decimal

from fieldstudy.config import Config
from fieldstudy.words import Words
from fieldstudy.words.marks import _, ngettext

FLAGS = frozenset(setting.name for _field, setting, _fixed in Config.settings() if setting.allowed == "1 or 0")
FLAG = {"1": _("yes"), "0": _("no")}
FOR_EVER = re.compile(r"FIELDSTUDY_KEEP_\w+")
"""Clocks of what is kept, where 0 is no time."""
SECRET = re.compile(r"kept secret, ([0-9]+)( bytes)?")
PHRASES = {
    "none": _("not set"),
    "any": _("any"),
    "required": _("required of office roles"),
    "offered": _("offered, not required"),
    "the machine itself": _("the machine itself"),
    "a file in the data folder, and the database": _("a file in the data folder, and the database"),
    "no e-mails; the demo writes them to mail/ in its data folder": _(
        "no e-mails; the demo writes them to mail/ in its data folder"
    ),
}
UNITS: Mapping[str, tuple[str, str]] = {
    "SECONDS": ngettext("%(num)s second", "%(num)s seconds"),
    "HOURS": ngettext("%(num)s hour", "%(num)s hours"),
    "DAYS": ngettext("%(num)s day", "%(num)s days"),
}


def said(words: Words, name: str, value: str) -> str:
    """`value` as Config.in_force has it."""
    if name in FLAGS:
        return words.gettext(FLAG[value])
    if value == "0" and FOR_EVER.fullmatch(name):
        return words.gettext(_("for ever"))
    unit = name.rpartition("_")[2]
    if unit in UNITS:
        return words.ngettext(*UNITS[unit], Decimal(value))
    secret = SECRET.fullmatch(value)
    if secret:
        return _secret(words, int(secret[1]), bool(secret[2]))
    return words.gettext(PHRASES[value]) if value in PHRASES else value


def _secret(words: Words, number: int, is_bytes: bool) -> str:
    if is_bytes:
        return words.ngettext("kept secret, %(num)s byte", "kept secret, %(num)s bytes", number)
    return words.ngettext("kept secret, %(num)s key", "kept secret, %(num)s keys", number)
