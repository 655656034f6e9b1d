"""Like `bot.collecting.preloaded`, with the HTML parsers as well."""

import gc

from bot.collecting.preloaded import TEXTS
from news.archive.archive import RawItem, file_raws

_PAGE = "<html><body><h1>{}</h1><p>{}</p></body></html>"

file_raws(b"", [RawItem("html", "preload", _PAGE.format(*text.split("\n")).encode()) for text in TEXTS])
gc.collect()
gc.freeze()
