"""Types queries letter by letter after @qala_bot in a `qala sandbox`: python docs/pictures/letters.py [address].

Makes typing.png, a row a query, a picture every other letter. Needs what take.py needs, ImageMagick's `montage` too.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

SHEET = Path(__file__).parent / "typing.png"
PHONE = {"width": 360, "height": 420}
QUERIES = ["казакстан", "qalalyq kolik", "fkvfns", "мектептер"]
COLUMNS = 6
QUIET = 1200  # milliseconds: the bot answers, the list stands still


async def main(address: str) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await chromium.new_page(viewport=PHONE)
        await page.goto(f"{address}?me=1001#1001")
        await page.wait_for_selector("[aria-busy=false]")
        if await page.get_by_role("button", name="Бастау").count():
            await page.get_by_role("button", name="Бастау").click()
            await page.wait_for_timeout(QUIET)
        with tempfile.TemporaryDirectory() as folder:
            pictures = [one for query in QUERIES for one in await typed(page, query, Path(folder))]
            lay_out(pictures)
        await chromium.close()
    print(SHEET.name, SHEET.stat().st_size // 1024, "kB")


def lay_out(pictures: list[Path]) -> None:
    shape = ["-tile", f"{COLUMNS}x", "-geometry", "240x+4+4", "-background", "#888"]
    subprocess.run(["montage", *pictures, *shape, "-dither", "None", "-colors", "32", f"PNG8:{SHEET}"], check=True)


async def typed(page: Page, query: str, folder: Path) -> list[Path]:
    """A picture after some of the letters, the last one always."""
    box = page.get_by_role("textbox")
    await box.fill("@qala_bot ")
    pictures = []
    shown = {1 + round(step * (len(query) - 1) / (COLUMNS - 1)) for step in range(COLUMNS)}
    for count, letter in enumerate(query, start=1):
        await box.press_sequentially(letter)
        if count in shown:
            await page.wait_for_timeout(QUIET)
            pictures.append(folder / f"{len(query)}-{query[0]}-{count:02}.png")
            await page.screenshot(path=pictures[-1])
    return pictures


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/"))
