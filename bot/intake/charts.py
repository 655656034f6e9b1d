"""Charts for a phone, drawn by a separate program (`python -m bot.intake.charts`).

matplotlib takes a second and 100 MB to load, and blocks the program while it draws. It is an extra; without it the
figures are shown as text.
"""

import asyncio
import dataclasses
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from handlers.views.admin import Chart

log = structlog.get_logger()

SIDE: Final = 1080
"""The picture's side in pixels. A phone shows it 360 points wide, so a letter is a third as high there."""
_DPI: Final = 200
_TEXT, _TITLE = 14, 18
_SECONDS: Final = 60.0
_TICKS: Final = 5
# Colour-blind people can tell these apart too (Okabe and Ito).
_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")


class ChartDrawer:
    """Draws charts, one at a time. matplotlib caches its list of fonts in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._alone = asyncio.Lock()

    async def draw(self, chart: "Chart") -> bytes | None:
        """A PNG; None if it cannot be drawn, and the figures must be shown as text."""
        async with self._alone:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.intake.charts",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, "MPLCONFIGDIR": str(self._folder), "MPLBACKEND": "agg"},
            )
            try:
                given = json.dumps(dataclasses.asdict(chart)).encode()
                picture, told = await asyncio.wait_for(child.communicate(given), _SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()
                log.warning("a chart was not drawn in time", chart=chart.name)
                return None
        if child.returncode:
            log.warning("a chart was not drawn", chart=chart.name, reason=told.decode(errors="replace")[-500:])
            return None
        return picture


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def figure(chart: dict[str, Any]) -> "Figure":
    """The matplotlib figure of a chart given as JSON."""
    from matplotlib import rc_context  # noqa: PLC0415 - an extra
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    with rc_context({"font.size": _TEXT, "font.family": "DejaVu Sans", "axes.titlesize": _TITLE}):
        drawn = Figure(figsize=(SIDE / _DPI, SIDE / _DPI), dpi=_DPI, layout="constrained", facecolor="white")
        drawn.get_layout_engine().set(w_pad=0.12, h_pad=0.12)  # type: ignore[union-attr, call-arg]
        axes = drawn.add_subplot()
        axes.set_title(chart["title"], loc="left", fontweight="bold", pad=12, wrap=True)
        axes.spines[["top", "right"]].set_visible(False)
        labels, series = chart["labels"], chart["series"]
        if chart["kind"] == "bars":
            (_, values), *_ = series
            axes.barh(labels[::-1], values[::-1], color=_COLOURS[0])
            axes.bar_label(axes.containers[0], [_number(value) for value in values[::-1]], padding=4)  # type: ignore[arg-type]
            axes.set_xticks([])
            axes.spines["bottom"].set_visible(False)
            axes.margins(x=0.18)
            return drawn
        places = range(len(labels))
        bottom = [0.0] * len(labels)
        for (name, values), colour in zip(series, _COLOURS, strict=False):
            if chart["kind"] == "lines":
                gaps = [float("nan") if value is None else value for value in values]
                axes.plot(places, gaps, color=colour, label=name, linewidth=3, marker="o", markersize=4)
            else:
                heights = [value or 0 for value in values]
                axes.bar(places, heights, 0.85, bottom=bottom, color=colour, label=name)
                bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
        step = max(1, -(-len(labels) // _TICKS))
        shown = list(places)[::-1][::step][::-1]
        axes.set_xticks(shown, [labels[one] for one in shown])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value)))
        axes.grid(axis="y", alpha=0.3)
        if len(series) > 1:
            drawn.legend(loc="outside lower center", ncols=1 + (len(series) % 2 == 0), frameon=False)
    return drawn


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def main() -> None:
    """Read JSON from standard input, write a PNG to standard output."""
    figure(json.load(sys.stdin)).savefig(sys.stdout.buffer, format="png")


if __name__ == "__main__":
    main()
