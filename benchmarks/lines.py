"""What reading an archive of JSON lines costs: `python -m benchmarks.lines [COUNT]` (1,000,000 unless told).

Writes COUNT invented lines of about 2 kB to a temporary file, reads them as `qala import` does, and prints the CPU a
line and the most memory this process held.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from news.archive.archive import read
from news.models import Entry

_PARAGRAPH = (
    "В {place} открыли новый мост номер {number}, передает Gorod.kz со ссылкой на пресс-службу акимата города. "
    "Строительство заняло два года, движение по мосту начнется завтра в семь, рассказали в управлении мобильности. "
)
_PLACES = ("Алматы", "Астане", "Шымкенте", "Караганде", "Актобе", "Таразе", "Павлодаре", "Семее")


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.jsonl"
        with path.open("w") as file:
            for number in range(count):
                place = _PLACES[number % len(_PLACES)]
                record = {
                    "id": str(number),
                    "url": f"https://city.example/{number}",
                    "title": f"Мост номер {number} открыли в {place}",
                    "body": "\n".join(_PARAGRAPH.format(place=place, number=n) for n in range(number, number + 5)),
                    "published": "2024-05-06T10:09:25+05:00",
                    "source": "city.example",
                }
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        size = path.stat().st_size
        cpu, wall = time.process_time(), time.perf_counter()
        entries = sum(isinstance(item, Entry) for item in read([str(path)]))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{entries} entries of {count} lines, {size / count:.0f} bytes each")
    print(f"{cpu / count * 1000:.3f} ms of CPU a line, {wall / count * 1000:.3f} ms in all, {memory:.0f} MB at most")
    return int(entries != count)


if __name__ == "__main__":
    sys.exit(main())
