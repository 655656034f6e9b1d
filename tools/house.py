"""The structure of the code, from its imports. `python tools/house.py` draws it into docs/how-it-works.md.

`--counts [FOLDER]` prints counts of files, names and importers, here or in another checkout. `--ways` runs an inline
keystroke and a captured page and counts the files each crosses. Nothing is typed in by hand.
"""

import ast
import asyncio
import contextlib
import re
import statistics
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "handlers", "storage", "news", "locales", "sandbox")
PAGE = ROOT / "docs/how-it-works.md"
BEGIN, END = "<!-- drawing: python tools/house.py -->\n", "<!-- end of drawing -->\n"


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Dotted name → file, for all packages that are installed."""
    found = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            found[".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imports(known: dict[str, Path]) -> dict[str, set[str]]:
    """Module → our modules that it imports, at its top or inside a function."""
    found: dict[str, set[str]] = {name: set() for name in known}
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    target = whole if whole in known else node.module
                    if target in known and target != name:
                        found[name].add(target)
    return found


def unit(name: str) -> str:
    """The second part of a dotted name: a room's module or sub-package."""
    return ".".join(name.split(".")[:2])


def levels(room: str, edges: dict[str, set[str]]) -> list[list[str]]:
    """A room's units, those that import most first; each level imports only from later levels."""
    units = {unit(name) for name in edges if name.startswith(room + ".")}
    knows: dict[str, set[str]] = {one: set() for one in units}
    for name, targets in edges.items():
        if unit(name) in units:
            knows[unit(name)] |= {unit(one) for one in targets if unit(one) in units} - {unit(name)}
    depth: dict[str, int] = {}

    def deep(one: str, above: tuple[str, ...] = ()) -> int:
        assert one not in above, f"a circle: {' → '.join((*above, one))}"
        if one not in depth:
            depth[one] = max((deep(below, (*above, one)) + 1 for below in knows[one]), default=0)
        return depth[one]

    for one in units:
        deep(one)
    by_depth = defaultdict(list)
    for one, number in depth.items():
        by_depth[number].append(one.split(".")[1])
    return [sorted(by_depth[number]) for number in sorted(by_depth, reverse=True)]


def drawing() -> str:
    """The drawing: a line for each room, then a table of the sub-packages with the first sentence of each."""
    known = modules()
    edges = imports(known)
    lines = ["```text", "bot → handlers → storage → news        locales and sandbox know nobody but themselves", ""]
    for room in ROOMS:
        steps = " → ".join(" · ".join(level) for level in levels(room, edges))
        lines += _wrapped(f"{room:9} {steps}")
    lines += ["```", "", "| package | what lives there | files |", "| --- | --- | --- |"]
    for name, path in known.items():
        if path.name == "__init__.py" and "." in name:
            first = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            files = ", ".join(f"`{one.stem}`" for one in sorted(path.parent.glob("*.py")) if one.stem != "__init__")
            lines.append(f"| `{name.replace('.', '/')}/` | {first.splitlines()[0]} | {files} |")
    return "\n".join(lines) + "\n"


def _wrapped(line: str, width: int = 118) -> list[str]:
    out = []
    while len(line) > width:
        cut = max(line.rfind(" → ", 10, width), line.rfind(" · ", 10, width))
        out.append(line[: cut + 2])
        line = " " * 10 + line[cut + 3 :]
    return [*out, line]


def type_names(known: dict[str, Path]) -> dict[str, list[str]]:
    """Name of a class or type alias → the modules that define it."""
    found = defaultdict(list)
    for name, path in known.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(name)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                alias = node.targets[0].id
                if alias.lstrip("_")[:1].isupper() and not alias.isupper():
                    found[alias].append(name)
    return found


def counts(root: Path = ROOT) -> dict[str, object]:
    """What can be counted of a checkout without running it."""
    known = modules(root)
    edges = imports(known)
    files = [path for path in known.values() if path.name != "__init__.py"]
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in files]
    folders = Counter(str(path.parent.relative_to(root)) for path in files)
    importers = Counter(target for targets in edges.values() for target in targets)
    twice = {name for name, where in type_names(known).items() if len(where) > 1}
    return {
        "modules, packages' own files not counted": len(files),
        "packages": len(known) - len(files),
        "lines": sum(lines),
        "lines of a module, median": statistics.median(lines),
        "most modules in a folder": "{1} ({0})".format(*folders.most_common(1)[0]),
        "folders with more than 13 modules": sum(number > 13 for number in folders.values()),
        "modules with one importer": sum(number == 1 for name, number in importers.items() if known[name] in files),
        "names of types that stand twice": len(twice),
    }


class Walk:
    """The files that a piece of work crosses, in the order in which each of our functions is first entered."""

    def __init__(self, rooms: tuple[str, ...]) -> None:
        self._folders = tuple(f"{ROOT}/{room}/" for room in rooms)
        self._functions: dict[tuple[str, int], None] = {}
        self.on = False

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """The signature is that of `sys.setprofile`. Threads that outlive the walk call it too."""
        code = frame.f_code
        if self.on and event == "call" and code.co_filename.startswith(self._folders) and code.co_name != "<module>":
            self._functions.setdefault((code.co_filename, code.co_firstlineno))

    @contextlib.contextmanager
    def along(self) -> Iterator[None]:
        """Records what is done inside the block."""
        sys.setprofile(self)
        self.on = True
        try:
            yield
        finally:
            self.on = False
            sys.setprofile(None)

    def steps(self, room: str = "") -> Iterator[str]:
        """The files, each as often as it is entered; with ``room`` as if there were no other rooms."""
        last = None
        for file, _ in self._functions:
            name = file.removeprefix(f"{ROOT}/")
            if name.startswith(room):
                if name != last:
                    yield name
                last = name

    def summary(self, room: str = "") -> str:
        """How many files, and how often the walk came back to one that it had left."""
        steps = list(self.steps(room))
        most, times = Counter(steps).most_common(1)[0]
        return f"{len(set(steps))} files, {len(steps) - len(set(steps))} returns, most often to {most} ({times} times)"


def walk_page() -> Walk:
    """A captured page becomes an article."""
    from news.archive.archive import RawItem, file_raws

    page = "Қала жаңалықтары\nГлавная > Новости\nМост открыт\n27 ноября 2026, 14:05\nПросмотров: 96\n" + (
        "В городе открыли новый мост через реку, сообщили в акимате города. Движение начнется завтра.\n" * 3
        + "Фото: акимат города\nТеги: мост, город\nЧитайте также\nДорогу закроют на день\n"
    )
    file_raws(b"", [RawItem("capture", "warm", page.encode())])  # the first use loads tables
    walk = Walk(ROOMS)
    with walk.along():
        file_raws(b"", [RawItem("capture", "page", page.encode())])
    return walk


def walk_keystroke() -> Walk:
    """A letter typed after the bot's name in any chat."""
    from tests.driver import world

    walk = Walk(("bot", "handlers", "storage", "news", "locales"))

    async def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with world(Path(folder)) as city:
                stranger = city.person("Гость", "ru")
                await stranger.results(stranger.types("мос"))
                await asyncio.sleep(2)  # let the bot's start finish, so that its work is not counted
                with walk.along():
                    await stranger.results(stranger.types("мост"))

    threading.setprofile(walk)  # the database's threads begin here
    try:
        asyncio.run(work())
    finally:
        threading.setprofile(None)
    return walk


def main() -> None:
    """Does what the arguments ask for."""
    if "--counts" in sys.argv:
        for name, value in counts(Path(sys.argv[-1]).resolve() if len(sys.argv) > 2 else ROOT).items():
            print(f"{name}: {value}")
    elif "--ways" in sys.argv:
        sys.path.insert(0, str(ROOT))
        page = walk_page()
        print(f"a captured page: {page.summary()}")
        print(f"  of them in news/pages: {page.summary('news/pages/')}")
        print(f"an inline keystroke: {walk_keystroke().summary()}")
    else:
        text = PAGE.read_text(encoding="utf-8")
        old = re.search(re.escape(BEGIN) + ".*?" + re.escape(END), text, re.DOTALL)
        assert old is not None, f"{PAGE} has lost the marks of its drawing"
        PAGE.write_text(text.replace(old[0], f"{BEGIN}\n{drawing()}\n{END}"), encoding="utf-8")


if __name__ == "__main__":
    main()
