"""The charts of /stats as a phone shows them, 360 points wide: python -m docs.pictures.charts (from the checkout).

Makes charts-kk.png and charts-ru.png from a month of made-up figures. Needs the extra `stats` and ImageMagick's
`montage`.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path

from bot.intake.charts import figure
from docs.pictures.digests import sheet
from handlers.views.admin import CHARTS, chart
from locales import texts
from tests.bot.test_stats import TODAY, counted


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        for language in ("kk", "ru"):
            pictures = [Path(name) / f"{language}-{one}.png" for one in CHARTS]
            for one, file in zip(CHARTS, pictures, strict=True):
                figure(asdict(chart(one, counted(), TODAY, texts(language)))).savefig(file, format="png")
            sheet(f"charts-{language}", pictures, 3, 360)


if __name__ == "__main__":
    main()
