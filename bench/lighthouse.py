"""Lighthouse as on a phone: the median of several runs, each in a fresh browser, signed in by cookie."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(".venv/node/node_modules/lighthouse/cli/index.js")
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
RUNS = 5
TRIES = 3
"""Now and then, on a busy machine, a browser is judged before it has painted anything; such a report has no times."""
# Without its sandbox, which root and containers do not grant: the only pages it sees are ours.
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@dataclass(frozen=True)
class Scores:
    """Medians; points of 100, times in milliseconds under Lighthouse's slow phone."""

    page: str
    points: dict[str, int]
    times_ms: dict[str, int]
    found: list[str]
    runs: int


def measure(page: str, address: str, cookie: str, browser: str, runs: int = RUNS) -> Scores:
    reports = [_report(address, cookie, browser) for _ in range(runs)]
    points = {name: round(_median(reports, "categories", name, "score") * 100) for name in CATEGORIES}
    times = {name: round(_median(reports, "audits", name, "numericValue")) for name in TIMES}
    return Scores(page, points, times, sorted({fault for report in reports for fault in _faults(report)}), runs)


def _median(reports: list[dict[str, dict[str, dict[str, float]]]], kind: str, name: str, value: str) -> float:
    return statistics.median(report[kind][name][value] or 0 for report in reports)


def _faults(report: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """What costs points in accessibility and best practices."""
    groups = [report["categories"][name] for name in CATEGORIES[1:]]
    weighed = {row["id"] for group in groups for row in group["auditRefs"] if row["weight"]}  # type: ignore[attr-defined]
    return [name for name in weighed if report["audits"][name]["score"] not in (1, None)]


def _report(address: str, cookie: str, browser: str) -> dict[str, dict[str, dict[str, float]]]:
    for _ in range(TRIES):
        report = _run(address, cookie, browser)
        if all("numericValue" in report["audits"][name] for name in TIMES):
            return report
    raise RuntimeError(f"Lighthouse measured no times: {report.get('runtimeError')}")


def _run(address: str, cookie: str, browser: str) -> dict[str, dict[str, dict[str, float]]]:
    node = shutil.which("node")
    if node is None or not PROGRAM.exists():
        raise RuntimeError("Lighthouse is not installed: make audit")
    with tempfile.TemporaryDirectory(prefix="fieldstudy-lighthouse-") as folder:
        out = Path(folder) / "report.json"
        (Path(folder) / "headers.json").write_text(json.dumps({"Cookie": cookie}))
        command = [node, str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={out}"]
        command += [f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={folder}/headers.json"]
        command += [f"--chrome-flags={FLAGS} --user-data-dir={folder}/profile"]
        environment = {**os.environ, "CHROME_PATH": browser}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        if not out.exists():
            raise RuntimeError(f"Lighthouse failed: {done.stderr[-2000:]}")
        report: dict[str, dict[str, dict[str, float]]] = json.loads(out.read_text())
    return report
