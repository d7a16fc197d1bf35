"""`make screens`: the pictures of README.md, drawn anew from the demo study."""

import os
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page

from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.demo import build
from fieldstudy.extensions import db
from tests import servers

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fieldstudy-screens-") as folder:
        app = _demo(Path(folder))
        with servers.serve(app) as address, servers.chromium() as browser:
            _phone(browser, address)
            _manager(browser, address, Path(folder))
    print(f"drawn: {', '.join(sorted(path.name for path in PICTURES.glob('*.png')))}")


def _demo(folder: Path) -> Flask:
    config = Config(folder, f"sqlite:///{folder / 'demo.sqlite'}", os.urandom(16).hex(), is_demo=True, is_secure=False)
    app = create_app(config)
    with app.app_context():
        upgrade()
        build.build(date.today())  # noqa: DTZ011 the demo's days are those of the machine that shows it
        db.session.remove()
        # No worker runs beside this server: the reports are drawn here.
        while app.extensions["workshop"].work():
            continue
    return app


def _sign_in(browser: Browser, address: str, size: dict[str, int], account: str) -> Page:
    page = browser.new_context(viewport=size, locale="it-IT", device_scale_factor=2).new_page()
    page.goto(f"{address}/account/sign-in")
    page.get_by_label("E-mail").fill(f"{account}@{build.DOMAIN}")
    page.get_by_label("Password").fill(build.PASSWORD)
    page.locator("form", has=page.locator("#password")).locator("button[type=submit], button:not([type])").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def _phone(browser: Browser, address: str) -> None:
    page = _sign_in(browser, address, PHONE, "shopper")
    page.screenshot(path=PICTURES / "phone-assignments.png")
    page.locator("a[href*='/field/visits/']").first.click()
    page.wait_for_load_state()
    page.goto(f"{page.url.split('#')[0]}#s-welcome")
    page.screenshot(path=PICTURES / "phone-form.png")


def _manager(browser: Browser, address: str, folder: Path) -> None:
    page = _sign_in(browser, address, DESK, "manager-verona")
    page.locator("a[href*='/manager/waves/'], a[href*='/manager/stores/']").first.click()
    page.wait_for_load_state()
    if "/manager/stores/" not in page.url:
        page.locator("a[href*='/manager/stores/']").first.click()
        page.wait_for_load_state()
    page.screenshot(path=PICTURES / "manager-store.png")
    answer = page.request.get(f"{page.url.split('?')[0]}/report.pdf?locale=it")
    pdf = folder / "report.pdf"
    pdf.write_bytes(answer.body())
    for number in (1, 2):
        name = str(PICTURES / f"report-{number}")
        command = ["pdftoppm", "-png", "-r", "80", "-f", str(number), "-l", str(number), "-singlefile", str(pdf), name]
        subprocess.run(command, check=True)


main()
