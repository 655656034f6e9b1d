"""How quickly an archive is imported: JSON lines through `qala import`, as an operator calls it.

    python -m benchmarks.import_speed [--articles 20000] [--keep FOLDER] [--stemmer] [--read]

Articles are recombined at run time: the lines of ../shared/eval/corpus.jsonl.gz in another order again and again, with
ids of their own, a day of the last five years, and, from the second time, a sentence of another article; where the
corpus is missing, made-up words. Printed: articles a second, processor time of the parent and of its children
(milliseconds an article), the largest memory of all processes together (proportional set size).

`--stemmer` runs the same import a second time with PyStemmer's Russian stems in the place of our analysis of words, in
Russian and Kazakh, and prints the ratio. `--read` only reads the archive, in this process: the processor time a line.
"""

import argparse
import contextlib
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from news.archive.archive import read
from news.models import Entry

CORPUS = Path("../shared/eval/corpus.jsonl.gz")
NOW = 1_790_000_000
YEARS = 5
_LOOK_SECONDS = 2.0  # looking takes the processes some milliseconds
_STEMMER = """
import sys
import Stemmer
from news.language import kazakh, russian
stem = Stemmer.Stemmer("russian", 0).stemWord
kazakh.key = russian.key = stem
"""
# What `qala import` runs, and its children: both must have other keys before `news.language.analyse` looks at them.
_PRELOAD = "stemmed"
_MAIN = """
import stemmed, bot.collecting.importing
bot.collecting.importing.PRELOAD = ("stemmed", *bot.collecting.importing.PRELOAD)
from bot.cli.commands import app
if __name__ == "__main__":
    app()
"""


def lines(articles: int) -> Iterator[str]:
    """So many JSON lines."""
    chance = random.Random(1)
    known = _corpus() if CORPUS.is_file() else _made_up(chance)
    for number in range(articles):
        if number % len(known) == 0:
            chance.shuffle(known)
        one = known[number % len(known)]
        body = one["body"]
        if number >= len(known):
            other = chance.choice(known)
            if other["id"][:2] == one["id"][:2]:
                body = f"{body} {other['title']}.".strip()
        at = NOW - (articles - number) * (YEARS * 365 * 86_400 // articles)
        published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        yield json.dumps(
            {**one, "id": f"{one['id']}-{number}", "body": body, "published": published}, ensure_ascii=False
        )


def _corpus() -> list[dict[str, str]]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as found:
        return [json.loads(line) for line in found]


def _made_up(chance: random.Random) -> list[dict[str, str]]:
    parts = ["қала", "мост", "дорог", "көше", "парк", "мектеп", "транспорт", "әкімдік", "ремонт", "жаңа", "строит"]
    ends = ["ы", "а", "ов", "лар", "дың", "ға", "ами", "у", "ом", "да"]
    words = [one + two + end for one in parts for two in ["", *parts] for end in ends]
    return [
        {
            "id": f"{'ru' if number % 2 else 'kk'}{number}",
            "language": "ru" if number % 2 else "kk",
            "title": " ".join(chance.choices(words, k=8)).capitalize(),
            "body": " ".join(chance.choices(words, k=14)),
        }
        for number in range(20_000)
    ]


def _family(root: int) -> list[int]:
    """A process and its descendants (Linux)."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [root]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _kilobytes(smaps: str) -> int:
    return next((int(line.split()[1]) for line in smaps.splitlines() if line.startswith("Pss:")), 0)


class ImportRun:
    """One import: what it took."""

    def __init__(self, file: Path, folder: Path, articles: int, *, stemmer: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "bot"]
        environment = {
            **os.environ,
            "QALA_DATA_DIR": str(folder),
            "QALA_DATABASE_URL": f"sqlite:///{folder.absolute() / 'qala.sqlite'}",
        }
        if stemmer:
            (folder / "stemmed.py").write_text(_STEMMER)
            (folder / "import_stemmed.py").write_text(_MAIN)
            command = [sys.executable, str(folder / "import_stemmed.py")]
            environment["PYTHONPATH"] = os.pathsep.join([str(folder), str(Path.cwd())])
        started = time.perf_counter()
        process = subprocess.Popen([*command, "import", str(file)], env=environment, stdout=subprocess.PIPE, text=True)
        self.parent = self.peak = 0.0
        children: dict[int, float] = {}
        told = started
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
            self._look(process, children)
            if time.perf_counter() - told > 30:
                told = time.perf_counter()
                self._tell_progress(folder, file, told - started)
        self.seconds = time.perf_counter() - started
        self.articles, self.children = articles, sum(children.values())
        self.answer = process.stdout.read().strip() if process.stdout else ""
        self.code = process.returncode

    def _look(self, process: "subprocess.Popen[str]", children: dict[int, float]) -> None:
        memory = 0
        for one in _family(process.pid):
            try:
                fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                memory += _kilobytes(Path(f"/proc/{one}/smaps_rollup").read_text())
            except (OSError, ValueError):  # it has just ended
                continue
            seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            if one == process.pid:
                self.parent = seconds
            else:
                children[one] = seconds
        self.peak = max(self.peak, memory * 1024)

    def _tell_progress(self, folder: Path, file: Path, seconds: float) -> None:
        try:
            offset = json.loads((folder / "import.json").read_text())["offset"]
        except (OSError, ValueError):
            return
        share = offset / file.stat().st_size
        done = share * 100
        print(f"{seconds:6.0f} s  {done:5.1f} %  whole in {seconds / max(share, 1e-6) / 60:.1f} min", flush=True)

    def tell(self, name: str) -> None:
        """Print it."""
        each = 1000 / self.articles
        print(
            f"{name}: {self.articles:,} in {self.seconds:.1f} s, {self.articles / self.seconds:.0f} a second,"
            f" {self.seconds * each:.3f} ms each; processor {self.parent * each:.3f} ms the parent,"
            f" {self.children * each:.3f} ms the children; memory {self.peak / 1e6:.0f} MB; {self.answer!r}",
            flush=True,
        )

    @property
    def processor(self) -> float:
        """Seconds of all processes."""
        return self.parent + self.children


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Speed of `qala import`.")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="a folder for the archive and the store, which stay")
    parser.add_argument("--stemmer", action="store_true", help="once more with PyStemmer; prints the ratio")
    parser.add_argument("--read", action="store_true", help="only read the archive's lines, in this process")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "archive.jsonl"
    try:
        with file.open("w", encoding="utf-8") as archive:
            archive.writelines(f"{line}\n" for line in lines(options.articles))
        print(f"{options.articles:,} articles, {file.stat().st_size / 1e6:.0f} MB", flush=True)
        if options.read:
            began = time.process_time()
            entries = sum(isinstance(item, Entry) for item in read([str(file)]))
            spent = (time.process_time() - began) / options.articles * 1000
            print(f"{entries} entries of {options.articles} lines, {spent:.3f} ms of CPU a line")
            return
        ours = ImportRun(file, folder / "ours", options.articles, stemmer=False)
        ours.tell("ours")
        if options.stemmer:
            theirs = ImportRun(file, folder / "stemmed", options.articles, stemmer=True)
            theirs.tell("PyStemmer")
            print(
                f"ours / PyStemmer: {ours.seconds / theirs.seconds:.2f} of the clock,"
                f" {ours.processor / theirs.processor:.2f} of the processor"
            )
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
