"""Where the processes of one web server count requests together, for as long as it runs.

prometheus_client asks for the folder when it is loaded; nothing here may load it.
"""

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

PREFIX = "fieldstudy-metrics-"
_OF_SERVER = re.compile(rf"{PREFIX}(\d+)-")
_OF_PROCESS = re.compile(r"_(\d+)\.db$")


def make(parent: str | None) -> str:
    """Whoever was killed could not take its folder away: the next one does."""
    sweep(Path(parent or tempfile.gettempdir()))
    return tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent)


def sweep(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        if _is_own(folder) and _is_left_behind(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    """Everybody may write into the parent; what another user put there, or a link, is left alone."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _is_left_behind(folder: Path) -> bool:
    """Its name says who made it, the names of its files who counts there. One that names nobody is not judged."""
    names = [_OF_SERVER.match(folder.name), *(_OF_PROCESS.search(file.name) for file in folder.glob("*"))]
    processes = {int(name[1]) for name in names if name}
    return bool(processes) and not any(map(_is_running, processes))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
