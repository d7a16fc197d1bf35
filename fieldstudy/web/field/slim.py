"""Scripts and styles without what only their readers need: comments on lines of their own, indentation, empty lines.

Plain on purpose: whatever shares a line with code stays as it is, and so does every line of a template literal.
"""

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def script(text: str) -> str:
    return "".join(_lines(text))


def style(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in _COMMENT.sub("", text).splitlines() if line.strip())


def _lines(text: str) -> Iterator[str]:
    is_literal = is_note = False
    for line in text.splitlines():
        bare = line.strip()
        if is_literal:
            yield f"{line}\n"
            is_literal = line.count("`") % 2 == 0
            continue
        is_note = is_note or bare.startswith("/*")
        if bare and not is_note and not bare.startswith("//"):
            yield f"{bare}\n"
            is_literal = bare.count("`") % 2 == 1
        is_note = is_note and "*/" not in bare
