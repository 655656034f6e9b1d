"""Whom an article cites as its source: «сообщает X со ссылкой на Y», «деп хабарлайды X», «Источник: Y»."""

import re
from collections.abc import Iterable

# Heads of the phrase that name who is cited, as they end in the cases that the prepositions ask for → nominative.
_HEADS = {
    "пресс-служб": "пресс-служба",
    "служб": "служба",
    "министерств": "министерство",
    "ведомств": "ведомство",
    "агентств": "агентство",
    "акимат": "акимат",
    "департамент": "департамент",
    "управлени": "управление",
    "комитет": "комитет",
    "правительств": "правительство",
    "издани": "издание",
    "газет": "газета",
    "телеканал": "телеканал",
    "портал": "портал",
    "сайт": "сайт",
    "прокуратур": "прокуратура",
    "полици": "полиция",
    "пресс-центр": "пресс-центр",
    "официальн": "",
}
# A head that names nobody by itself: «передает агентство».
_NAMELESS = frozenset(
    ("агентство", "издание", "портал", "сайт", "газета", "телеканал", "служба", "ведомство", "комитет", "управление",
     "департамент", "министерство")
)  # fmt: skip
_ENDINGS = r"(?:[уыеаоя]|ой|ей|ом|ем|ю|и|ия|ию|ии|ием|о)?"
_HEAD = "|".join(sorted((head for head in _HEADS if head != "официальн"), key=len, reverse=True))
_NAME = (
    r"(?:«[^»\n]{2,60}»?"
    r"|(?:[\w-]+\.)+(?:kz|ru|com|org|net|info|tv|media|asia)(?![\w])"
    r"|[A-Z][\w.&-]+(?:\s(?:[A-Z][\w.&-]+|\d{1,3}))*"
    r"|[А-ЯЁӘҒҚҢӨҰҮҺІ]{2,}[\w-]*(?:\s(?:РК|РФ|ҚР|[А-ЯЁӘҒҚҢӨҰҮҺІ]{2,}|«[^»\n]{2,40}»|[A-Z][\w.]+))*"
    r"|ИА\s\S+)"
)
_WORDS = (
    r"(?:\s(?!со\s|передает|сообщает|пишет|деп\s|который|которая|которые|что\s|в\s|на\s|о\s|об\s|и\s)[\w«»\"-]+){0,7}"
)
_HEADED = rf"(?:(?:[Оо]фициальн\w+\s)?(?:{_HEAD}){_ENDINGS}(?![\w-]){_WORDS})"
_WHO = rf"({_HEADED}|{_NAME})"

_RU = (
    rf"(?:передает|сообщает|сообщил[аио]?|пишет|информирует|передаёт|отмечает|уточняет)\s*(?:корреспондент\w*\s+|агентство\s+|портал\s+|издание\s+|ИА\s+)?{_WHO}",
    rf"(?:со\s+ссылкой|ссылаясь)\s+на\s+(?:сайт\s+|портал\s+|агентство\s+)?{_WHO}",
    rf"[Пп]о\s+(?:информации|данным|сообщению|сведениям|словам)\s+{_WHO}",
    rf"(?:рассказали|сообщили|сообщается|говорится|отметили|проинформировали|пояснили|уточнили|заявили)\s+(?:(?:в\s+)?сообщении\s+|на\s+сайте\s+|в\s+)(?!в\s){_WHO}",
)
_KK = (
    rf"(?:деп|дейді|дея)\s+(?:хабарлайды|жазады|хабарлады|жазды|мәлімдейді|мәлімдеді|мәлім\s+етті|хабарлап\s+отыр)\s+{_WHO}",
    rf"({_NAME})(?:-?(?:ке|ге|қа|ға|не|на)|\s(?:агенттігіне|порталына|сайтына|басылымына|газетіне|арнасына|министрлігіне|қызметіне))?\s+сілтеме\s+жаса[пй]",
    rf"({_NAME}(?:\s\w+)?)\s+(?:мәліметінше|мәліметтеріне\s+сүйенсек|хабарлауынша|деректеріне\s+сүйенсек|деректерінше|ақпаратынша)",
    r"((?:[\w«»-]+\s){0,3}(?:баспасөз\s+қызметі|министрлігі|әкімдігі|департаменті|комитеті|агенттігі))(?:нің|ның)?\s+(?:мәліметінше|хабарлауынша|ақпаратынша|хабарлады|мәлім\s+етті|хабарлайды)",
)
_PATTERNS = tuple(re.compile(pattern) for pattern in _RU + _KK)
_HINT = re.compile(
    "переда|сообщ|пишет|информир|отмеча|уточн|ссылк|ссылаясь|о информации|о данным|о сведениям|о словам|рассказали|"
    "проинформ|заявили|пояснили|говорится|хабарла|жазады|жазды|мәлім|сілтеме|деректер|ақпарат"
)
_TRAILING = re.compile(
    r"\s+(?:тілшісі|тілшісіне|порталы|ақпарат\w*|агенттігі|сайты|корреспонденту?|ХАА|ақпараттық\s+агенттігі)$|[.,;:–—-]+$"
)
_HEAD_FORM = re.compile(rf"({_HEAD}){_ENDINGS}(?![\w-])")


def cited_in(body: str, labelled: Iterable[str] = ()) -> tuple[str, ...]:
    """Outlets and offices named as the source of the news, in order, each once; persons are not sources.

    `labelled` is what stood behind «Источник:» and its like on the page.
    """
    found: dict[str, tuple[int, str]] = {}
    for line_number, line in enumerate(body.split("\n")):
        if not _HINT.search(line):
            continue
        for pattern in _PATTERNS:
            for match in pattern.finditer(line):
                _add(found, (line_number * 100_000) + match.start(1), match[1])
    names = [name for _, name in sorted(found.values())]
    known = {name.casefold() for name in names}
    for words in labelled:
        name = _tidy(words)
        if name and len(name) <= 80 and name.casefold() not in known:
            names.append(name)
            known.add(name.casefold())
    return tuple(names)


def _add(found: dict[str, tuple[int, str]], place: int, words: str) -> None:
    name = _tidy(words)
    if name in _NAMELESS:
        return
    if len(name) >= 2 and name.casefold() not in found:
        found[name.casefold()] = (place, name)


def _tidy(words: str) -> str:
    name = words.strip()
    while shorter := _TRAILING.sub("", name):
        if shorter == name:
            break
        name = shorter
    head = _HEAD_FORM.match(name)
    if head:
        name = _HEADS[head[1]] + name[head.end() :]
    if name.startswith("«") and name.endswith("»") and name.count("«") == 1:
        name = name[1:-1]
    elif name.count("«") > name.count("»"):
        name = name.replace("«", "", 1) if name.startswith("«") else name + "»"
    return name.strip()
