"""Imported by the process that import's children are forked from, so that each has the lexicons at once.

`bot.collecting.preloaded_pages` does the same for what only HTML needs, 40 MB in every one of them.
"""

import gc

from news.archive.archive import RawItem, file_raws

# Small articles of both languages touch every table that is loaded on first use.
TEXTS = (
    "Мост открыт\nВ городе открыли новый мост через реку, сообщили в акимате города. Движение начнется завтра.",
    "Көпір ашылды\nҚалада өзен арқылы өтетін жаңа көпір ашылды, деп хабарлады әкімдік. Қозғалыс ертең басталады.",
)

file_raws(b"", [RawItem("capture", "preload", text.encode()) for text in TEXTS])
# What is loaded stays: a child that never looks through it for garbage never copies its pages.
gc.collect()
gc.freeze()
