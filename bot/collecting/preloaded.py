"""Loads the lexicons in the process that the import's children are forked from, so that every child has them at once.

`bot.collecting.preloaded_pages` does the same for the HTML parsers, which cost 40 MB in every child.
"""

import gc

from news.archive.archive import RawItem, file_raws

# A small article in each language uses every table that is loaded on first use.
TEXTS = (
    "Мост открыт\nВ городе открыли новый мост через реку, сообщили в акимате города. Движение начнется завтра.",
    "Көпір ашылды\nҚалада өзен арқылы өтетін жаңа көпір ашылды, деп хабарлады әкімдік. Қозғалыс ертең басталады.",
)

file_raws(b"", [RawItem("capture", "preload", text.encode()) for text in TEXTS])
# What is loaded stays loaded. A child that never collects this garbage never copies its pages.
gc.collect()
gc.freeze()
