"""The chat page's own words, as the sandbox serves them."""

import functools
import re
from typing import Final

from locales import source_files, texts

_KEY: Final = re.compile(r"^(page-[\w-]+) *=", re.MULTILINE)


@functools.cache
def page_texts(language: str) -> dict[str, str]:
    """Every text of `page.<language>.ftl`, plain; Russian for one we have no texts in."""
    known = texts(language)
    keys = _KEY.findall(source_files(known.language)[f"page.{known.language}.ftl"])
    return {key: known.plain(key) for key in keys}
