"""Learns what lines of captured pages are: `python -m benchmarks.learn_labels [--pages N] [--real FILE]`.

A linear-chain CRF (python-crfsuite, the dependency group `learning`) over the invented pages and such as `page_maker`
makes, learnt from other made pages for each seed, and the mean of them: what one of them has by chance counts less.
With `--real` (a file that `benchmarks.real_pages` wrote) as many models are learnt once more, with half the made pages
and the real ones, and weigh as much: made pages know our languages, real ones what modern pages look like. All of that
is learnt without and with the pages in the shapes of real captures (`shaped_pages.txt`), which count as invented ones.
Writes `news/data/line_labels.json`, small whole numbers that `news.pages.line_labels` reads in plain Python.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.captures import LABELLED
from benchmarks.page_maker import LabelledPage, PageMaker, invented, labelled, shaped, taken_apart, whole_ones
from news.pages import boilerplate
from news.pages.line_features import keys_of, names_of
from news.pages.line_labels import LABELS, Model

OUTPUT = Path(__file__).resolve().parents[1] / "news" / "data" / "line_labels.json"
SEEDS = (1, 2, 3)
_LEAST = 4  # lines with a feature, else it is chance
_OWN = 2  # times that an invented page counts
_STEPS = 100


def train(pages: Iterable[tuple[LabelledPage, int]], *, l1: float, l2: float) -> Model:
    """The model that these pages teach, each so many times; `l1` leaves features out, `l2` keeps weights small."""
    import pycrfsuite  # noqa: PLC0415 - only who learns has it

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for page, times in pages:
        features = [[name for key in keys for name in names_of(key)] for keys in keys_of(page.lines, whole=True)]
        labels = [label.value for label in page.labels]
        for _ in range(times):
            trainer.append(features, labels)
    trainer.set_params({"c1": l1, "c2": l2, "max_iterations": _STEPS, "feature.minfreq": _LEAST})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        number = {label.value: index for index, label in enumerate(LABELS)}
        features: dict[str, list[float]] = {}
        for (name, label), value in info.state_features.items():
            features.setdefault(name, [0.0] * len(LABELS))[number[label]] = value
        steps = [[0.0] * len(LABELS) for _ in LABELS]
        for (above, below), value in info.transitions.items():
            steps[number[below]][number[above]] = value
        tagger.close()
    return Model({name: tuple(row) for name, row in features.items()}, steps)


def write(model: Model, path: Path = OUTPUT) -> None:
    """Whole numbers of a common unit; features that say next to nothing are left out."""
    unit = 0.02

    def whole(row: Sequence[float]) -> list[int]:
        return [round(value / unit) for value in row]

    features = {name: whole(row) for name, row in sorted(model.features.items())}
    kept = {name: row for name, row in features.items() if any(abs(value) > 1 for value in row)}
    rows = ",\n".join(f"{json.dumps(name, ensure_ascii=False)}:{_line(row)}" for name, row in kept.items())
    steps = _line([whole(row) for row in model.steps])
    path.write_text(f'{{"unit":{unit},\n"steps":{steps},\n"features":{{\n{rows}\n}}}}\n', encoding="utf-8")
    print(f"{len(kept)} features, {path.stat().st_size} bytes")


def _line(row: object) -> str:
    return json.dumps(row, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one model learns from: the seed and the count of made pages, real ones, and whether shaped ones."""

    seed: int
    count: int
    real: Path | None
    with_shaped: bool


def taught(lesson: Lesson, l1: float, l2: float) -> Model:
    """The model that the invented pages and so many made ones teach, and real ones."""
    real = lesson.real
    if real is not None:
        boilerplate.use(LABELLED.with_name("foreign_boilerplate.txt"))
    pages = [*invented(), *(whole_ones(shaped()) if lesson.with_shaped else ())]
    maker = PageMaker(lesson.seed, taken_apart(pages))
    own = [(page, _OWN) for name, rows in pages for page in maker.varied(name, rows)]
    made = [(page, 1) for page in maker.pages(lesson.count)]
    found = [(page, 1) for page in real_ones(real)] if real is not None else []
    lines = sum(len(page.lines) for page, _ in (*made, *found))
    print(f"{len(own)} invented pages, {len(made)} made, {len(found)} real, {lines} lines", flush=True)
    return train([*own, *made, *found], l1=l1, l2=l2)


def real_ones(path: Path) -> Iterator[LabelledPage]:
    """The real pages that may be learnt from; one with a line that is two, or none, once it is cleaned is left out."""
    for row in path.read_text(encoding="utf-8").splitlines():
        known = json.loads(row)
        if known["use"] == "learn":
            with contextlib.suppress(ValueError):
                yield labelled(known["outlet"], [(mark, text) for mark, text in known["rows"]])


def mean(models: Sequence[Model]) -> Model:
    """What the models say on average."""
    features: dict[str, list[float]] = {}
    for model in models:
        for name, row in model.features.items():
            into = features.setdefault(name, [0.0] * len(LABELS))
            for label, value in enumerate(row):
                into[label] += value / len(models)
    steps = [
        [sum(values) / len(models) for values in zip(*rows, strict=True)]
        for rows in zip(*(model.steps for model in models), strict=True)
    ]
    return Model({name: tuple(row) for name, row in features.items()}, steps)


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--real", type=Path, help="real pages to learn from as well")
    parser.add_argument("--l1", type=float, default=0.2)
    parser.add_argument("--l2", type=float, default=10.0)
    asked = parser.parse_args()
    began = time.perf_counter()
    with ProcessPoolExecutor(2, max_tasks_per_child=1) as pool:  # a process that knows foreign wordings ends
        sources = [(asked.pages, None), *([(asked.pages // 2, asked.real)] if asked.real is not None else [])]
        lessons = [
            Lesson(seed, count, real, with_shaped)
            for count, real in sources
            for with_shaped in (False, True)
            for seed in SEEDS
        ]
        write(mean([*pool.map(partial(taught, l1=asked.l1, l2=asked.l2), lessons)]))
    print(f"{time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
