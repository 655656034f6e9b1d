"""Imported by the process that import's children are forked from, so that each has the lexicons and parsers at once."""

import gc

from news.archive import Raw
from news.bulk import file_raws

# Small articles of both languages touch every table that is loaded on first use.
_TEXTS = (
    "Мост открыт\nВ городе открыли новый мост через реку, сообщили в акимате города. Движение начнется завтра.",
    "Көпір ашылды\nҚалада өзен арқылы өтетін жаңа көпір ашылды, деп хабарлады әкімдік. Қозғалыс ертең басталады.",
)
_PAGE = "<html><body><h1>{}</h1><p>{}</p></body></html>"

file_raws(b"", [Raw("capture", "preload", text.encode()) for text in _TEXTS])
file_raws(b"", [Raw("html", "preload", _PAGE.format(*text.split("\n")).encode()) for text in _TEXTS])
# What is loaded stays: a child that never looks through it for garbage never copies its pages.
gc.collect()
gc.freeze()
