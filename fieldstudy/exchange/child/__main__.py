"""The child's side: limits first, then the one task, then an answer in MessagePack."""

import os
import resource
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from fieldstudy.exchange import child
from fieldstudy.exchange.child import Request, Task


def main() -> None:
    _limit()
    # openpyxl loads it only to know its numbers, which takes longer than everything else together.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    told = os.fdopen(os.dup(1), "wb")
    # What a parser prints is not part of the answer.
    os.dup2(2, 1)
    try:
        told.write(_answer(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)))
        told.close()
    except MemoryError:
        os._exit(child.MEMORY_CODE)
    except OSError:
        os._exit(child.OUTPUT_CODE)


def _limit() -> None:
    limits = [
        (resource.RLIMIT_CPU, child.CPU_SECONDS, child.CPU_SECONDS + 1),
        (resource.RLIMIT_AS, child.MEMORY_BYTES, child.MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, child.OUTPUT_BYTES, child.OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    for kind, soft, hard in limits:
        most = resource.getrlimit(kind)[1]
        kept = [value if most == resource.RLIM_INFINITY else min(value, most) for value in (soft, hard)]
        resource.setrlimit(kind, (kept[0], kept[1]))


def _answer(request: Request) -> bytes:
    return TASKS[request.task](request.name, request.content)


# Each task loads only what it needs.


def _table(name: str, content: bytes) -> bytes:
    from fieldstudy.exchange import tables  # noqa: PLC0415

    return _told_file(tables.parse_table, name, content)


def _checklist(name: str, content: bytes) -> bytes:
    from fieldstudy.exchange import xlsform  # noqa: PLC0415

    return _told_file(xlsform.parse_checklist, name, content)


def _told_file(parse: Callable[[str, bytes], Any], name: str, content: bytes) -> bytes:
    from fieldstudy.exchange.problems import FileIsRefused  # noqa: PLC0415

    try:
        return child.DONE + msgspec.msgpack.encode(parse(name, content))
    except FileIsRefused as refusal:
        return child.REFUSED + msgspec.msgpack.encode((refusal.problems, refusal.count))


def _picture(name: str, content: bytes) -> bytes:
    from fieldstudy.exchange import picture_decoder  # noqa: PLC0415
    from fieldstudy.exchange.pictures import PictureIsRefused  # noqa: PLC0415

    try:
        return child.DONE + msgspec.msgpack.encode(picture_decoder.decode(content))
    except PictureIsRefused as refusal:
        return child.REFUSED + msgspec.msgpack.encode(refusal.key)


TASKS = {Task.TABLE: _table, Task.CHECKLIST: _checklist, Task.PICTURE: _picture}

if __name__ == "__main__":
    main()
