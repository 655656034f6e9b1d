"""Whom an article cites as its source: «сообщает X со ссылкой на Y», «деп хабарлайды X», «Источник: Y»."""

import re
from collections.abc import Iterable, Iterator

# Heads of the phrase that name who is cited, as they end in the cases that the prepositions ask for → nominative.
_OFFICES = {
    "пресс-служб": "пресс-служба",
    "пресс-центр": "пресс-центр",
    "служб": "служба",
    "министерств": "министерство",
    "ведомств": "ведомство",
    "акимат": "акимат",
    "департамент": "департамент",
    "управлени": "управление",
    "комитет": "комитет",
    "правительств": "правительство",
    "прокуратур": "прокуратура",
    "полици": "полиция",
}
_OUTLETS = {
    "агентств": "агентство",
    "издани": "издание",
    "газет": "газета",
    "телеканал": "телеканал",
    "портал": "портал",
    "сайт": "сайт",
}
_HEADS = _OFFICES | _OUTLETS
# What names nobody by itself: «передает агентство», «сообщают СМИ».
_NAMELESS = frozenset(
    (*_OUTLETS.values(), "служба", "ведомство", "комитет", "управление", "департамент", "министерство", "СМИ", "АО",
     "ТОО", "РГП", "ГУ", "ДП", "ИА", "БАҚ", "Telegram", "Instagram", "Facebook")
)  # fmt: skip
_ENDINGS = r"(?:[уыеаоя]|ой|ей|ом|ем|ю|и|ия|ию|ии|ием|о)?"
_CAPITAL = "А-ЯЁӘҒҚҢӨҰҮҺІ"
_NAME = (
    r"(?:«[^»\n]{2,60}»?"
    r"|(?:[A-Za-z0-9ООАЕСо-]+\.)+(?:kz|ru|com|org|net|info|tv|media|asia)(?![A-Za-z0-9])"
    r"|[A-Z][A-Za-z0-9&'’-]*(?:\.[A-Za-z0-9-]+)*(?:\s(?:[A-Z][A-Za-z0-9&'’-]*|\d{1,2}(?!\d)))*"
    rf"|ИА\s«?[\w.-]+»?"
    rf"|[{_CAPITAL}]{{2,}}[\w-]*(?:\s(?:РК|РФ|ҚР|[{_CAPITAL}]{{2,}}|«[^»\n]{{2,40}}»|[A-Z][A-Za-z]+))*)"
)
_STOPS = r"(?!со\s|передает|сообщает|пишет|деп\s|котор|что\s|в\s|на\s|о\s|об\s|и\s)"
_WORDS = rf"(?:\s{_STOPS}[\w«»\"-]+)"
_OFFICE = rf"(?:{'|'.join(sorted(_OFFICES, key=len, reverse=True))}){_ENDINGS}(?![\w-]){_WORDS}{{0,7}}"
_OUTLET = (
    rf"(?:[Оо]фициальн\w+\s)?(?:{'|'.join(_OUTLETS)}){_ENDINGS}(?![\w-])"
    rf"(?:\s(?:{_NAME}|\"[^\"\n]{{2,40}}\")|{_WORDS}{{0,4}})"
)
_WHO = rf"({_OFFICE}|{_OUTLET}|{_NAME})"
_SPEAKER = r"(?:корреспондент\w*?\s*(?=[A-Z«])|корреспондент\w*\s+|агентство\s+|портал\s+|издание\s+)?"
_KK_SPEAKER = r"(?:агенттігіне|порталына|сайтына|басылымына|газетіне|арнасына|министрлігіне|қызметіне)"
_KK_OFFICE = r"(?:баспасөз\s+қызметі|министрлігі|әкімдігі|департаменті|комитеті|агенттігі)"

# The words that give a source away, and what stands behind them (matched from the word on) or before them.
_CitationRule = tuple[tuple[str, ...], str]
_BEHIND: tuple[_CitationRule, ...] = (
    (("передает", "передаёт", "сообщает", "сообщил", "пишет", "информирует", "отмечает", "уточняет"),
     rf"\w+?(?:ет|ёт|ил[аио]?)\s*{_SPEAKER}{_WHO}"),
    (("ссылкой на", "ссылаясь на"), rf"\w+\s+на\s+(?:агентство\s+|портал\s+)?{_WHO}"),
    (("о информации ", "о данным ", "о сообщению ", "о сведениям ", "о словам "), rf"о\s+\w+\s+{_WHO}"),
    (("рассказали ", "сообщили ", "сообщается ", "говорится ", "отметили ", "проинформировали ", "пояснили ",
      "уточнили ", "заявили "),
     rf"\w+\s+(?:(?:в\s+)?сообщении\s+|на\s+сайте\s+|в\s+){_WHO}"),
    (("деп ", "dep ", "دەپ "),
     rf"\w+\s+(?:хабарла|жаз|мәлімде|мәлім|habarla|jaz|حابارل|جاز)\w*(?:\s+етті|\s+отыр)?\s+{_WHO}"),
)  # fmt: skip
_BEFORE: tuple[_CitationRule, ...] = (
    (("сілтеме жаса",), rf"({_NAME})(?:-?(?:ке|ге|қа|ға|не|на)|\s{_KK_SPEAKER})?\s+$"),
    (("мәлімет", "хабарлауынша", "деректер", "ақпаратынша"), rf"({_NAME}(?:\s{_KK_OFFICE})?)(?:нің|ның)?\s+$"),
    (("мәліметінше", "хабарлауынша", "ақпаратынша", "хабарлады", "мәлім етті", "хабарлайды"),
     rf"((?:[\w«»-]+\s){{0,3}}{_KK_OFFICE})(?:нің|ның)?\s+$"),
)  # fmt: skip
_RULES_BEHIND = tuple((words, re.compile(pattern)) for words, pattern in _BEHIND)
_RULES_BEFORE = tuple((words, re.compile(pattern)) for words, pattern in _BEFORE)
_WINDOW = 90
_TRAILING = re.compile(
    r"\s+(?:тілшісі\w*|порталы|ақпарат\w*(?:\s+агенттігі)?|агенттігі|сайты|корреспонденту?|ХАА)$|[.,;:–—-]+$"
    r"|-(?:[нтд][ыі]ң|[кг]е|[қғ]а|[нтд][ае]н|[тд][ае])$"
)
# «Бұл туралы қала әкімдігі хабарлады»
_ABOUT = re.compile(r"(?:(?:бұл|ол)\s)?(?:туралы|жөнінде|жайлы)\s|деп\s", re.IGNORECASE)
_ABBREVIATION = re.compile(rf"([{_CAPITAL}]{{2,}})[аеуы]$")
_HEAD_FORM = re.compile(rf"({'|'.join(sorted(_HEADS, key=len, reverse=True))}){_ENDINGS}(?![\w-])")


def cited_in(body: str, labelled: Iterable[str] = ()) -> tuple[str, ...]:
    """Outlets and offices named as the source of the news, in order, each once; persons are not sources.

    `labelled` is what stood behind «Источник:» and its like on the page.
    """
    names: dict[str, str] = {}
    for _, words in sorted(_found(body)):
        name = _tidy(words)
        if len(name) >= 2 and name not in _NAMELESS:
            names.setdefault(name.casefold(), name)
    for words in labelled:
        name = _tidy(words)
        if 0 < len(name) <= 80:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _found(body: str) -> Iterator[tuple[int, str]]:
    """Names and where they stand. Finding the words first is ten times faster than searching for the patterns."""
    for words, pattern in _RULES_BEHIND:
        for place in _places(body, words):
            found = pattern.match(body, place)
            if found:
                yield found.start(1), found[1]
    if "і" not in body:  # all the rules below are Kazakh, and no Kazakh article does without this letter
        return
    for words, pattern in _RULES_BEFORE:
        for place in _places(body, words):
            start = max(body.rfind("\n", 0, place) + 1, place - _WINDOW)
            found = pattern.search(body[start:place])
            if found:
                yield start + found.start(1), found[1]


def _places(body: str, words: Iterable[str]) -> Iterator[int]:
    for word in words:
        place = body.find(word)
        while place >= 0:
            yield place
            place = body.find(word, place + len(word))


def _tidy(words: str) -> str:
    name = words.strip()
    name = name[about.end() :] if (about := _ABOUT.match(name)) else name
    while (shorter := _TRAILING.sub("", name)) != name:
        name = shorter
    head = _HEAD_FORM.match(name)
    if head:
        name = _HEADS[head[1]] + name[head.end() :]
    name = _ABBREVIATION.sub(r"\1", name)
    if name.startswith("«") and name.endswith("»") and name.count("«") == 1:
        name = name[1:-1]
    elif name.count("«") > name.count("»"):
        name = name.replace("«", "", 1) if name.startswith("«") else name + "»"
    return name.strip()
