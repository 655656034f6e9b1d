"""`python -m locales` writes a table of every text in both languages, for people to read.

`python -m locales --missing` lists the texts that a language lacks; its readers see the Russian ones.
The `##` lines of the Russian files say where a text is seen.
"""

import re
import sys
from pathlib import Path
from typing import Final

from fluent.syntax import FluentParser, ast

from locales import FALLBACK, LANGUAGES, source_files

PATH: Final = "docs/texts.md"

_HEAD: Final = """# Every text a person sees

Written by `python -m locales` from `locales/*.ftl`; a test holds it current. What the bot puts in stands as {name}, on
the chat page as %; forms of a plural are parted by « / ». Names of topics and places lie in `news/data`."""


def table() -> str:
    """The table as Markdown, section by section: key, Russian, Kazakh."""
    known = {language: {key: text for _, key, text in _texts(language)} for language in LANGUAGES}
    lines, last = [_HEAD], ""
    for place, key, russian in _texts(FALLBACK):
        if place != last:
            lines += [f"\n## {place}\n", "| key | Русский | Қазақша |", "| --- | --- | --- |"]
            last = place
        lines.append(f"| `{key}` | {russian} | {known['kk'][key]} |")
    return "\n".join(lines) + "\n"


def _texts(language: str) -> list[tuple[str, str, str]]:
    found = []
    for _, text in sorted(source_files(language).items(), key=lambda file: file[0] != f"{language}.ftl"):
        place = ""
        for entry in FluentParser(with_spans=False).parse(text).body:
            if isinstance(entry, ast.GroupComment):
                place = entry.content or ""
            elif isinstance(entry, ast.Message) and entry.value:
                shown = _shown(entry.value).replace("\u00a0", "&nbsp;").replace("|", "\\|")
                found.append((place, entry.id.name, re.sub(r"\n+", "<br>", shown)))
    return found


def _shown(node: object) -> str:
    if isinstance(node, ast.Pattern):
        return "".join(_shown(part) for part in node.elements)
    if isinstance(node, ast.TextElement | ast.StringLiteral):
        return node.value.encode().decode("unicode_escape") if isinstance(node, ast.StringLiteral) else node.value
    if isinstance(node, ast.SelectExpression):
        return " / ".join(dict.fromkeys(_shown(variant.value) for variant in node.variants))
    return f"{{{node.id.name}}}" if isinstance(node, ast.VariableReference) else _shown(getattr(node, "expression", ""))


def missing() -> dict[str, list[str]]:
    """Language → the keys that it lacks, in the order of the Russian files."""
    keys = [key for _, key, _ in _texts(FALLBACK)]
    known = {language: {key for _, key, _ in _texts(language)} for language in LANGUAGES}
    return {language: gaps for language, own in known.items() if (gaps := [key for key in keys if key not in own])}


if __name__ == "__main__":
    if "--missing" in sys.argv:
        for code, gaps in missing().items():
            sys.stdout.writelines(f"{code}: {key}\n" for key in gaps)
    else:
        Path(PATH).write_text(table(), encoding="utf-8")
