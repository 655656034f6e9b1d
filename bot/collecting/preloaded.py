"""Importing this loads the lexicons. The process that forks the import's children does it, so that each has them.

`bot.collecting.preloaded_pages` loads the HTML parsers too, which cost 40 MB in every child.
"""

import gc

from news.archive.archive import RawItem, file_raws

# Filing a small article in each language loads every table that is loaded on first use.
TEXTS = (
    "Мост открыт\nВ городе открыли новый мост через реку, сообщили в акимате города. Движение начнется завтра.",
    "Көпір ашылды\nҚалада өзен арқылы өтетін жаңа көпір ашылды, деп хабарлады әкімдік. Қозғалыс ертең басталады.",
)

file_raws(b"", [RawItem("capture", "preload", text.encode()) for text in TEXTS])
# What is loaded stays. Frozen objects are not visited by the garbage collector, so children do not copy their pages.
gc.collect()
gc.freeze()
