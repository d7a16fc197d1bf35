"""Many files as one ZIP that is sent while it is written: memory holds one file at a time."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class _Outlet(io.RawIOBase):
    """A stream that cannot seek, emptied piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def stream(files: Iterable[tuple[str, Path]], texts: Mapping[str, bytes] | None = None) -> Iterator[bytes]:
    """Stored as they are: a PDF is compressed already. A file that is gone is left out. `texts` are compressed."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in (texts or {}).items():
            bundle.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
            yield outlet.take()
        for name, path in files:
            if path.is_file():
                bundle.writestr(zipfile.ZipInfo(name), path.read_bytes())
                yield outlet.take()
    yield outlet.take()
