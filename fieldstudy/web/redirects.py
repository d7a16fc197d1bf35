"""Where a request may ask to be led to."""

import re
from urllib.parse import urlsplit

from flask import url_for

LENGTH_LIMIT = 2_000
# A browser drops tabs and line ends inside an address and takes a backslash for a slash; a header can hold neither.
_NEVER_IN_A_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")


def inside(target: str) -> str:
    """`target` where it is a path of our own, else the start page."""
    return target if _is_inside(target) else url_for("home.index")


def _is_inside(target: str) -> bool:
    if not target.startswith("/") or len(target) > LENGTH_LIMIT or _NEVER_IN_A_PATH.search(target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not target.startswith("//") and not parts.netloc and not parts.scheme
