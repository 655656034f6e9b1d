"""The journeys' pictures side by side, Kazakh then Russian, one file a journey: python docs/pictures/sheets.py FOLDER.

FOLDER is what `PICTURES_FOLDER=FOLDER pytest tests/bot/test_journeys.py` filled. Needs ImageMagick's `convert`.
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent / "journeys"


def main(folder: Path) -> None:
    HERE.mkdir(exist_ok=True)
    found = sorted(folder.glob("*.png"))
    for name in sorted({match[1] for file in found if (match := re.fullmatch(r"(\d+-\w+)-(?:kk|ru)-\d", file.stem))}):
        row = [file for file in found if file.stem.startswith(f"{name}-")]
        sheet = HERE / f"{name}.png"
        squeezed = ["-resize", "72%", "-dither", "None", "-colors", "64", f"PNG8:{sheet}"]
        subprocess.run(["convert", *row, "+append", *squeezed], check=True)
        print(sheet.name, sheet.stat().st_size // 1024, "kB")


main(Path(sys.argv[1]))
