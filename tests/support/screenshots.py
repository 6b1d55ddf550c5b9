"""`make screenshots`: drives the running wizard and writes the pictures of the documentation."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, sync_playwright

from tests.browser.pages import Wizard
from tests.browser.people import HTML_LANGUAGES, PEOPLE, Words
from tests.support import browser, server
from tests.support.console_shots import shoot_console

FOLDER = server.ROOT / "docs" / "pictures"
COLOURS = 256
LARGEST_BYTES = 150_000
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1080, "height": 720}, "device_scale_factor": 1.5},
}
# Who is shown on which screen, in which language and light.
SHOWN = [("phone", "AR", "es", "light"), ("desktop", "BR", "pt_BR", "light"), ("phone-dark", "BR", "pt_BR", "dark")]
MONTAGE = (1800, 1160)


def journey(wizard: Wizard, name: str, folder: Path) -> None:
    """Go through the wizard and keep the pages worth seeing as `<page>-<name>.png`."""

    def keep(page: str) -> None:
        wizard.page.evaluate("scrollTo(0, 0)")
        save(wizard.page.screenshot(), folder / f"{page}-{name}.png")

    wizard.open(f"/start?country={wizard.person.country}")
    keep("start")
    wizard.start()
    wizard.field("Given names").fill(wizard.person.first_name)
    wizard.fill_date(("31", "2", "1990"))
    wizard.press()
    wizard.summary.wait_for()
    keep("errors")
    wizard.fill("personal")
    wizard.press()
    for step in ("identity", "exposure", "address", "phone", "income"):
        wizard.answer(step)
    wizard.fill("document")
    keep("document")
    wizard.press()
    wizard.sees("selfies")
    wizard.fill("selfies")
    wizard.press()
    wizard.sees("review")
    wizard.page.wait_for_load_state("networkidle")
    keep("review")
    wizard.send()
    keep("status")


def save(png: bytes | Image.Image, path: Path) -> None:
    """Write the picture with few colours, so that it is small."""
    if isinstance(png, bytes):
        path.write_bytes(png)
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
    else:
        picture = png.convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} is larger than {LARGEST_BYTES} bytes")


def montage(desktop: Path, phone: Path, target: Path) -> None:
    """Lay the phone over the desktop, as one picture."""
    canvas = Image.new("RGB", MONTAGE, (226, 233, 230))
    for path, width, place, radius in ((desktop, 1440, (60, 90), 18), (phone, 440, (1290, 140), 46)):
        with Image.open(path) as opened:
            shown = opened.convert("RGB")
        shown = shown.resize((width, round(shown.height * width / shown.width)), Image.Resampling.LANCZOS)
        _lay(canvas, shown, place, radius)
    save(canvas, target)


def _lay(canvas: Image.Image, shown: Image.Image, place: tuple[int, int], radius: int) -> None:
    left, top = place
    mask = Image.new("L", shown.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, shown.width - 1, shown.height - 1), radius, fill=255)
    shade = Image.new("L", canvas.size, 0)
    shade.paste(mask.point(lambda value: value // 4), (left, top + 14))
    canvas.paste((20, 40, 34), mask=shade.filter(ImageFilter.GaussianBlur(22)))
    canvas.paste(shown, place, mask)


def shoot(chromium: Browser, address: str, folder: Path) -> None:
    """Every journey, each with a browser of its own."""
    for name, country, language, light in SHOWN:
        context = chromium.new_context(
            **SCREENS[name.partition("-")[0]],
            base_url=address,
            locale=HTML_LANGUAGES[language],
            color_scheme=light,
            reduced_motion="reduce",
        )
        journey(Wizard(context.new_page(), PEOPLE[country], Words(language)), name, folder)
        context.close()


def main() -> None:
    """Write all pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        server.running(Path(folder)) as alta,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(**browser.launch_options())
        shoot(chromium, alta.address, FOLDER)
        shoot_console(chromium, alta, save, FOLDER)
        chromium.close()
    montage(FOLDER / "review-desktop.png", FOLDER / "document-phone.png", FOLDER / "wizard.png")


if __name__ == "__main__":
    main()
