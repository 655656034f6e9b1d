"""Takes the pictures of ten searches in each language anew: python -m docs.pictures.searches. No sandbox need run.

Typed into the sandbox's page as people type on a phone: without capitals, without Kazakh letters, with a slip, in the
other alphabet, by a former name. Needs what take.py needs, and ImageMagick's `montage`.
"""

import asyncio
import shutil
import subprocess
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from docs.pictures.take import HERE, opened
from tests.driver import TOKEN, World, world

PHONE = {"width": 360, "height": 740}
ASKED = {
    "ru": (
        "когда дадут воду шымкент",
        "пожар в астане",
        "алгабас метро автобус",
        "закрыли мост туран",
        "детская поликлиника караганда",
        "школа оскемен",
        "полумарфон",
        "djple[ fkvfns",
        "на что потратят деньги костанай",
        "ogurcy aktobe",
    ),
    "kk": (
        "шымкентте су қашан болады",
        "астана өрт",
        "алгабас метро",
        "туран копир",
        "қарағанды емхана",
        "усть-каменогорск мектеп",
        "жарты марафн",
        "almaty aua",
        "картоп қанша тұрады",
        "таразда айтыс",
    ),
}
SETTLED = 900  # milliseconds: the answer has come and stands still


async def main() -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language in ASKED:
            with tempfile.TemporaryDirectory() as folder:
                async with world(Path(folder)) as city:
                    sheet(await searched(chromium, city, language, Path(folder)), language)
        await chromium.close()


async def searched(chromium: Browser, city: World, language: str, folder: Path) -> list[Path]:
    """One picture for each search."""
    taken = []
    for number, words in enumerate(ASKED[language]):
        reader = city.person("Айгерім", language)
        chat = reader.chat(city.telegram.bots[TOKEN])
        reader.says(f"/language {language}")
        await reader.sees(lambda _: True)
        page = await opened(chromium, f"{city.address}/?me={reader.id}#{chat.id}", PHONE, "light", 1)
        await page.get_by_role("textbox").fill(words)
        await page.keyboard.press("Enter")
        await reader.sees(lambda _: True)
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(SETTLED)
        taken.append(folder / f"search-{language}-{number}.png")
        await page.screenshot(path=taken[-1])
        await page.context.close()
    return taken


def sheet(pictures: list[Path], language: str) -> None:
    """All of them in two rows."""
    file = HERE / f"searches-{language}.png"
    squeezed = ["-dither", "None", "-colors", "48", f"PNG8:{file}"]
    subprocess.run(["montage", *pictures, "-tile", "5x2", "-geometry", "+4+4", *squeezed], check=True)
    print(file.name, file.stat().st_size // 1024, "kB")


if __name__ == "__main__":
    asyncio.run(main())
