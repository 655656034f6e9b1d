"""As `bot.preloaded`, with the parsers of HTML."""

import gc

from bot.preloaded import TEXTS
from news.archive import Raw
from news.bulk import file_raws

_PAGE = "<html><body><h1>{}</h1><p>{}</p></body></html>"

file_raws(b"", [Raw("html", "preload", _PAGE.format(*text.split("\n")).encode()) for text in TEXTS])
gc.collect()
gc.freeze()
