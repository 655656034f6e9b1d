"""Whom an article cites as its source: «передает X со ссылкой на Y», «деп хабарлайды X», «Y мәліметінше».

A word of reporting is found first. What stands behind or before it is then read as the name of an office or an outlet:
a noun that names such a body («пресс-служба», «баспасөз қызметі») with what belongs to it, an abbreviation, a name in
quotation marks, an address, a word that names nothing but a body («Акорда»). Persons are not sources.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- Russian bodies: the stem → how the nominative ends and its gender ---------------------------------------------

_OFFICES = {
    "пресс-служб": "а", "пресс-центр": "", "пресс-офис": "", "служб": "а", "министерств": "о",
    "ведомств": "о", "акимат": "", "департамент": "", "управлени": "е", "комитет": "", "правительств": "о",
    "прокуратур": "а", "генпрокуратур": "а", "полици": "я", "центр": "", "институт": "", "университет": "",
    "аппарат": "", "администраци": "я", "посольств": "о", "консульств": "о", "суд": "", "банк": "", "нацбанк": "",
    "фонд": "", "компани": "я", "авиакомпани": "я", "ассоциаци": "я", "союз": "", "бюро": "", "инспекци": "я",
    "палат": "а", "федераци": "я", "мэри": "я", "маслихат": "", "сенат": "", "мажилис": "", "парламент": "",
    "совет": "", "секретариат": "", "организаци": "я", "холдинг": "", "предприяти": "е", "штаб": "",
    "представительств": "о", "больниц": "а", "музе": "й", "театр": "", "парти": "я", "кабинет": "",
    "горакимат": "", "облакимат": "", "филиал": "", "обсерватори": "я", "минздрав": "",
}  # fmt: skip
_OUTLETS = {
    "агентств": "о", "информагентств": "о", "издани": "е", "газет": "а", "телеканал": "", "портал": "", "сайт": "",
    "журнал": "", "радиостанци": "я", "канал": "", "телекомпани": "я", "паблик": "",
    "telegram-канал": "", "телеграм-канал": "", "youtube-канал": "", "интернет-издани": "е", "радио": "",
}  # fmt: skip
_STEMS = _OFFICES | _OUTLETS
_CASES = {
    "": ("", "а", "у", "ом", "е", "ы"),
    "й": ("й", "я", "ю", "ем", "е"),
    "а": ("а", "ы", "е", "у", "ой"),
    "я": ("я", "и", "ю", "ей"),
    "о": ("о", "а", "у", "ом", "е"),
    "е": ("е", "я", "ю", "ем", "и"),
}
_FORMS = {stem + case: stem + end for stem, end in _STEMS.items() for case in _CASES[end]}
_FORMS |= {"бюро": "бюро", "радио": "радио", "компаний": "компании"}
_FORMS |= {"минздрава": "минздрав"}
_OUTLET_NAMES = frozenset(stem + end for stem, end in _OUTLETS.items())
# Those of which there is one wherever an article speaks of them: they are named by the bare word.
_ONE = _words(
    "пресс-служба акимат полиция прокуратура генпрокуратура правительство мэрия парламент мажилис сенат нацбанк "
    "горакимат облакимат минздрав"
)  # fmt: skip
_TITLE_CASE = {"Акорд": "Акорда", "Кремл": "Кремль", "Госдум": "Госдума", "Казгидромет": "Казгидромет",
               "Белы": "Белый", "Нацбанк": "Нацбанк", "Интерфакс": "Интерфакс", "Казинформ": "Казинформ",
               "Коммерсант": "Коммерсант", "Ведомост": "Ведомости", "Рейтер": "Рейтер",
               "Спутник": "Спутник"}  # fmt: skip
_BODY_WORD = re.compile(
    r"(?:Мин|Гос|Рос|Каз|Нац|Обл|Гор|Рай|Глав|Ген)(?:здрав|юст|фин|обр|пром|сельхоз|труд|оборон|культ|транс|энерго|эконом|дум|"
    r"стат|банк|гвард|прокуратур|потреб|надзор|реестр|гидромет|авиа|автодор|телеком|газ|мунай|атом|почт|ком|суд|акимат|спорт|"
    r"туризм|информ|связ|цифр|строй|природ|эколог|торг|водоканал|наук)[а-яё]*|[А-ЯЁ][а-яё]+(?:информ|пресс|ньюс)"
)
_MEDIA = _words("инфо пресс ньюс медиа таймс пост новости лайф live тв news times город press")
_STOPS = _words(
    "в во на о об от до из к ко за у с со что как а но не для также где когда если уже еще ещё он она они это "
    "этом сегодня вчера завтра утром вечером днем днём ночью накануне ранее позже журналистам репортерам "
    "корреспонденту слова высказывания представителей агентству изданию телеканалу порталу газете ссылкой "
    "ссылаясь после перед во-первых среди через"
)
_VERB = re.compile(r"(?:ает|яет|ует|ют|ит|ишет|ишут|ил[аио]?|ал[аио]?|ял[аио]?|лся|лась|лись|лось|ется|ются|ится)$")
_TIME = _words("сегодня вчера утром вечером днем днём ночью накануне ранее позже также")
_SKIPPED = _words(
    "корреспондент корреспонденты корреспондента корреспонденту собкор журналист журналисты наш наши собственный"
)
_ABOUT_SOURCES = _words(
    "источник источника источники источников данные сообщение пресс-релиз информацию сведения материалы слова "
    "заявление отчет отчёт"
)
# Abbreviations and names that no article has as its source.
_NO_BODIES = _words(
    "СМИ БАҚ АО ТОО РГП ГУ ДП ИА РК ҚР РФ США АҚШ ЧП ЧС ТЖ ДТП ЖКО ИИ ЖИ ВИЧ АИТВ ОРВИ НДС ҚҚС ВВП ЖІӨ ЕНТ ҰБТ "
    "ЭЦП ЭЦҚ ИИН ЖСН АЗС АЭС ТЭЦ GPS COVID SMS Telegram Instagram Facebook TikTok WhatsApp YouTube Twitter"
)
_PREFIX = _words("ИА МИА РИА ТК ТРК АО ТОО НАО РГП ГУ КГУ ГКП КГП АҚ ЖШС ИП ООО ГБУ ОО НПП")

# --- Kazakh bodies, as they end with the possessive -----------------------------------------------------------------

_KK_HEAD = re.compile(
    r"(?:қызмет|министрліг|әкімдіг|департамент|комитет|агенттіг|басқарма|орталығ|институт|университет|прокуратура|"
    r"аппарат|палата|банк|қор|компания|бірлестіг|одағ|елшіліг|сот|мекеме|кеңсе|бюро|ведомство|полиция|басылым|портал|"
    r"газет|телеарна|арна|сайт|радио|журнал|федерация|қауымдастығ|инспекция|холдинг|ұйым|штаб|маслихат|парламент|"
    r"үкімет|клуб|мұражай|театр|ауруханас|кәсіпорн|кеңес|бөлім)(?:[ыі]|с[ыі])"
    r"(?P<case>н[ыі]ң|н[ае]|нен|нан|нде|нда|мен)?$"
)
_KK_ONE = re.compile(
    r"(?:әкімдік|банк|сот|полиция|прокуратура|үкімет|парламент|мәжіліс|сенат)(?:[тнд][ыі]ң|[тдн][ае]н|[кқгғ][ае])?$"
)
_KK_OUTLET = re.compile(r"(?:тілшіс|порталы|ақпарат|агенттіг|сайты|басылымы|газет|арнасы|телеарнасы|журналы)\w*$")
_KK_CASES = re.compile(r"-?(?:[нтд][ыі]ң|[кқгғ][ае]|н[ае]|[тдн][ае]н|[тд][ае])$")
_KK_NAMES = re.compile(r"(?:Ақорда|Қазгидромет|Қазақпарат|Парламент|Мәжіліс|Сенат)(?=$|[нтдкқгғ])", re.IGNORECASE)
_KK_END = re.compile(r"(?:д[ыі]|т[ыі]|ғанын?|генін?|[ғқ]ан|[гк]ен|[ыі]п|[ұү]п|йды|йді|а?тын|етін|сы?нда|с[іы]нде)$")
_KK_STOPS = _words(
    "деп бұл ол туралы жөнінде жайлы бойынша бүгін кеше және мен пен бен үшін сондай-ақ осы деген дейді қазір "
    "бұны мұны ретінде сәйкес кейін бұрын осыған тілшіміз тілшімізге қатысты жөніндегі-ақ"
) - {"және"}

# --- tokens ---------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<quote>«[^»\n]{2,60}»|\"[^\"\n]{2,60}\"|“[^”“\n]{2,60}[”“]|„[^“”\n]{2,60}[“”])"
    r"|(?P<domain>(?:[A-Za-z0-9ОАЕСо-]+\.)+(?:kz|ru|com|org|net|info|tv|media|asia|uz|kg|ua|by|su|gov|eu)"
    r"(?:\.[a-z]{2})?(?![A-Za-z0-9]))"
    r"|(?P<mixed>(?:Telegram|Youtube|YouTube|Facebook|Instagram)-[а-яё]+)"
    r"|(?P<case>(?<=[A-Za-zÀ-ɏ0-9»”\"])-?(?:[нтд][ыі]ң|[кқгғ][ае]|н[ае]|[тдн][ае]н|[тд][ае])(?![\w-]))"
    r"|(?P<latin>[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9&'’]*(?:[.-][A-Za-zÀ-ɏ0-9]+)*)"
    r"|(?P<word>[^\W\d_A-Za-zÀ-ɏ]+(?:-[^\W\d_A-Za-zÀ-ɏ]+)*)"
    r"|(?P<number>\d+)|(?P<mark>[^\w\s])"
)


class _CitationToken(NamedTuple):
    text: str
    type: str
    at: int

    @property
    def low(self) -> str:
        return self.text.lower()


def _tokens(text: str, start: int, end: int) -> list[_CitationToken]:
    return [_CitationToken(one[0], one.lastgroup or "", one.start()) for one in _TOKEN.finditer(text, start, end)]


class _CitedName(NamedTuple):
    """A name as read: the words it is made of, where it stands, and where the tokens go on behind it."""

    words: str
    at: int
    after: int


def cited_in(body: str, labelled: Iterable[str] = ()) -> tuple[str, ...]:
    """Outlets and offices named as the source of the news, in order, each once; persons are not sources.

    `labelled` is what stood behind «Источник:» and its like on the page.
    """
    names: dict[str, str] = {}
    for _, words in sorted(_found(body)):
        names.setdefault(words.casefold(), words)
    for words in labelled:
        name = words.strip().rstrip(".,;:–—-").rstrip()
        name = name[1:-1] if _is_quoted(name) else name
        if 0 < len(name) <= 80:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


# What gives a source away, as words to find (ten times faster than a search for the patterns) and the pattern that then
# must match from there on. `_AFTER` names stand behind it, `_BEFORE` names in front.
_RU_REPORT = re.compile(
    r"(?P<now>(?:переда|сообща|информиру|отмеча|уточня|поясня|рассказыва)[её]?[тю]т?|переда[её]т|пиш[еу]т|цитиру[ею]т)"
    r"|(?P<past>(?:сообщ|уточн|поясн|замет|подтверд|объясн|отмет)ил[аио]?|(?:рассказ|передал|проинформировал|заявил|написал)[аио]?|"
    r"рассказал[аио]?)(?![а-яё])"
)
_RU_NOUN = re.compile(
    r"(?:сослав\w+|ссылкой|ссылаясь|ссылается)\s+на\s*"
    r"|по\s+(?:[а-яё]+\s+)?(?:информации|данным|сообщени\w+|сведениям|словам|версии|под?сч[её]там|оценк\w+|прогноз\w+)\s+"
    r"|(?:говорится|сказано|указано|сообщается|отмечается|уточняется|подч[её]ркивается|указывается)\s+(?:в|на)\s+"
    r"(?:официальн\w+\s+)?(?:пресс-релизе|сообщении|заявлении|релизе|отч[её]те|письме|ответе|материале|публикации|сводке)?\s*"
    r"|интервью\s+"
)
_RU_NOUNS = (
    "сослав", "ссылкой", "ссылаясь", "ссылается", "о информации", "о данным", "о предварительным", "о последним",
    "о официальн", "о оперативным", "о сообщени", "о сведениям", "о словам", "о версии", "о подсч", "о подщ",
    "о оценк", "о прогноз", "говорится", "сказано ", "указано ", "сообщается ", "отмечается ", "уточняется ",
    "подчёркивается ", "подчеркивается ", "указывается ", "интервью ",
)  # fmt: skip


def _found(body: str) -> Iterator[tuple[int, str]]:
    low = body.lower()
    low = low if len(low) == len(body) else body  # «İ» is two letters when small
    yield from _russian(body, low)
    if any(mark in body for mark in _KAZAKH):
        yield from _kazakh(body, low)


def _places(body: str, words: Iterable[str]) -> Iterator[int]:
    for word in words:
        place = body.find(word)
        while place >= 0:
            yield place
            place = body.find(word, place + len(word))


_KAZAKH = ("деп ", "хабар", "і", "қ", "ң", "ғ", "ә", "dep ", "دەپ")
_AHEAD = 160
_BEHIND = 130


_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
_CLAUSE_END = re.compile(r"[.!?…,;:](?=[\s–—-])|\n|\s[–—-]\s")


def _behind(body: str, start: int) -> list[_CitationToken]:
    """What stands behind a word of reporting, to the end of the sentence."""
    end = _SENTENCE_END.search(body, start, start + _AHEAD)
    return _tokens(body, start, end.start() if end else start + _AHEAD)


def _before(body: str, end: int) -> list[_CitationToken]:
    """What stands before it, from the beginning of the clause."""
    start = max(0, end - _BEHIND)
    for found in _CLAUSE_END.finditer(body, start, end):
        start = found.end()
    return _tokens(body, start, end)


def _russian(body: str, low: str) -> Iterator[tuple[int, str]]:
    for place in sorted({*_places(low, _RU_REPORTS)}):
        found = _RU_REPORT.match(low, place)
        if found and not (place and low[place - 1].isalpha()):
            yield from _reported(_behind(body, found.end()), now=bool(found["now"]))
            yield from _subject(_before(body, place))
    for place in sorted({*_places(low, _RU_NOUNS)}):
        start = place - 1 if body[place] == "о" and place else place
        found = _RU_NOUN.match(low, start)
        if found:
            yield from _referred(_behind(body, found.end()))


_RU_REPORTS = (
    "переда", "сообща", "сообщи", "пишет", "пишут", "информиру", "проинформ", "отмеча", "отметил", "уточн",
    "рассказ", "заявил", "поясн", "цитиру", "замети", "подтверди", "объясн", "написал",
)  # fmt: skip


_TOLD = _words(
    "агентству изданию порталу газете телеканалу журналистам корреспондентам корреспонденту каналу репортерам"
)
_WEEKDAYS = _words("воскресенье понедельник вторник среду четверг пятницу субботу")
_UTTERANCES = _words("сообщении интервью релизе эфире пресс-релизе заявлении")
_OPENERS = _words("как в во однако между тем позже ранее а")
_BETWEEN = _words("также ранее позже уже сегодня накануне нам уточнили и")
_KK_CLOSERS = _words("ресми берген жаңа бұл соңғы туралы өз арнайы")


def _reported(tokens: list[_CitationToken], *, now: bool) -> Iterator[tuple[int, str]]:
    """Behind «передает», «сообщили»: whom they told, where they said it, who says it."""
    at = 0
    for _ in range(6):
        if at >= len(tokens):
            return
        low = tokens[at].low
        if low in _SKIPPED or low in _TIME or low in ("нам", "об", "этом"):
            at += 1
        elif low in _TOLD:
            at += 1
            name = _ru_name(tokens, at)
            if name and low not in ("журналистам", "репортерам"):
                yield name.at, name.words
                at = name.after
        elif low in ("в", "во", "на") and at + 1 < len(tokens):
            if tokens[at + 1].low in _WEEKDAYS:
                at += 2
                continue
            name = _ru_name(tokens, at + 1)
            if name is None and tokens[at + 1].low in _UTTERANCES:
                name = _ru_name(tokens, at + 2)
            if name:
                yield name.at, name.words
            return
        else:
            name = _ru_name(tokens, at)
            if name is None:
                return
            yield name.at, name.words
            if now:
                return
            at = name.after


def _subject(tokens: list[_CitationToken]) -> Iterator[tuple[int, str]]:
    """Before «сообщили»: what the clause begins with, where that is nothing but a name («В МЧС»)."""
    start = next((n + 1 for n in range(len(tokens) - 1, -1, -1) if tokens[n].type == "mark"), 0)
    while start < len(tokens) and tokens[start].low in _OPENERS:
        start += 1
    end = len(tokens)
    while end > start and tokens[end - 1].low in _BETWEEN:
        end -= 1
    name = _ru_name(tokens[:end], start)
    if name is not None and name.after == end:
        yield name.at, name.words


def _referred(tokens: list[_CitationToken]) -> Iterator[tuple[int, str]]:
    """Behind «со ссылкой на», «по данным»: the one named there, and the second of two."""
    at = 0
    while at < len(tokens) and at < 4 and (tokens[at].low in _ABOUT_SOURCES or (at and tokens[at].low in ("в", "на"))):
        at += 1
    name = _ru_name(tokens, at)
    if name is None:
        return
    yield name.at, name.words
    if name.after < len(tokens) and tokens[name.after].low == "и":
        second = _ru_name(tokens, name.after + 1)
        if second:
            yield second.at, second.words


def _ru_name(tokens: list[_CitationToken], start: int) -> _CitedName | None:
    """The outlet or office that a Russian phrase names from `start` on."""
    at, adjectives = start, 0
    while at < len(tokens) and adjectives < 4 and _ADJECTIVE.search(low := tokens[at].low) and low not in _NO_QUALITY:
        at, adjectives = at + 1, adjectives + 1
    if at < len(tokens):
        head = _FORMS.get(tokens[at].low)
        if head is not None:
            return _headed(tokens, start, at, head)
        if _is_abbreviation(tokens[at]) and (adjectives or tokens[at].text not in _PREFIX):
            end = _dependents(tokens, at + 1, "")
            return _named(tokens, start, at, end, _bare_abbreviation(tokens[at].text))
    if adjectives and not (start < len(tokens) and tokens[start].text[0].isupper()):
        return None
    return _proper(tokens, start)


_NO_QUALITY = _STOPS | _FORMS.keys()
_ADJECTIVE = re.compile(
    r"(?:^[а-яё-]{3,}(?:ый|ий|ой|ого|его|ому|ему|ом|ем|ым|им|ая|яя|ую|юю|ей|ое|ее|ые|ие|ых|их|ыми|ими))$"
)


def _headed(tokens: list[_CitationToken], start: int, at: int, head: str) -> _CitedName | None:
    if head in _OUTLET_NAMES and at + 1 < len(tokens) and tokens[at + 1].type in ("quote", "latin", "domain"):
        name = _proper(tokens, at + 1)
        if name is not None:
            return name._replace(at=tokens[start].at)
    end = _dependents(tokens, at + 1, head)
    if end == at + 1 and head not in _ONE and start == at:
        return None
    if end == at + 1 and head not in _ONE and head in _OUTLET_NAMES | {"ведомство", "министерство", "служба"}:
        return None
    return _named(tokens, start, at, end, head)


def _named(tokens: list[_CitationToken], start: int, at: int, end: int, head: str) -> _CitedName:
    gender = "a" if head[-1:] in "ая" else "o" if head[-1:] in "ое" else ""
    before = [_agreed(token.text, gender) for token in tokens[start:at]]
    return _CitedName(" ".join([*before, head]) + _between(tokens, at, end), tokens[start].at, end)


def _between(tokens: list[_CitationToken], at: int, end: int) -> str:
    return "".join(" " + token.text for token in tokens[at + 1 : end])


def _agreed(word: str, gender: str) -> str:
    """An adjective before a noun of this gender, in the nominative: «областном» → «областной»."""
    found = re.match(r"(.+?)(?:ый|ий|ой|ого|его|ому|ему|ом|ем|ым|им|ая|яя|ую|юю|ей|ое|ее)$", word)
    if not found:
        return word
    stem = found[1]
    if gender == "a":
        return stem + "ая"
    if gender == "o":
        return stem + "ое"
    if stem.lower().endswith(("городск", "областн", "морск", "людск")):
        return stem + "ой"
    return stem + ("ий" if stem[-1] in "кгхшщжч" else "ый")


def _dependents(tokens: list[_CitationToken], at: int, head: str) -> int:
    """Where what belongs to a name of a body ends."""
    first = at
    while at < len(tokens) and at - first < 9:
        token = tokens[at]
        if token.type == "mark":
            break
        if token.type in ("quote", "domain"):
            at += 1
            break
        low = token.low
        if token.type in ("latin", "number", "mixed"):
            if token.type == "number" and (at == first or tokens[at - 1].type != "latin"):
                break
            at += 1
            continue
        if low in ("и", "по", "при"):
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if following is None or following.type != "word" or not _joins(low, following):
                break
        elif (
            low in _STOPS
            or _VERB.search(low)
            or low.startswith(("котор", "глав"))
            or (at == first and not head and token.text.islower() and not _FORMS.get(low) and not _GENITIVE.search(low))
        ):
            break
        at += 1
    while at > first and tokens[at - 1].low in ("и", "по", "при"):
        at -= 1
    return at


_GENITIVE = re.compile(r"(?:а|я|ы|и|ого|его|ой|ей|ых|их|ов|ев)$")


def _joins(word: str, following: _CitationToken) -> bool:
    low = following.low
    if word == "и":
        return following.text.islower() and bool(_GENITIVE.search(low)) and low not in _FORMS
    if word == "по":
        return bool(re.search(r"(?:[аяыи]м|ому|ему|ой|ей|у|е|и|ю)$", low)) and low not in (
            "итогам",
            "факту",
            "словам",
            "поводу",
        )
    return True


def _is_abbreviation(token: _CitationToken) -> bool:
    text = token.text
    return (
        token.type == "word"
        and len(text) >= 2
        and _bare_abbreviation(text).isupper()
        and _bare_abbreviation(text) not in _NO_BODIES
        and not any(sign in text for sign in "-.")
    )


def _bare_abbreviation(text: str) -> str:
    """«МВДа» → «МВД»."""
    return text[:-1] if len(text) > 2 and text[:-1].isupper() and text[-1] in "аеуы" else text


def _proper(tokens: list[_CitationToken], at: int) -> _CitedName | None:
    """A name of its own: in quotation marks, an address, in Latin, behind «ИА», or a word that names a body."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.type == "latin":
        return _latin(tokens, at)
    if token.type in ("quote", "domain"):
        return _CitedName(token.text[1:-1].strip() if token.type == "quote" else token.text, token.at, at + 1)
    if token.type != "word" or not token.text[0].isupper() or token.text in _NO_BODIES - _PREFIX:
        return None
    return _prefixed(tokens, at) if token.text in _PREFIX else _capitalised(tokens, at)


def _prefixed(tokens: list[_CitationToken], at: int) -> _CitedName | None:
    """«РИА Новости», «РГП «Казгидромет»»."""
    if at + 1 == len(tokens) or not (tokens[at + 1].type in ("quote", "domain") or tokens[at + 1].text[0].isupper()):
        return None
    end = at + 2 if tokens[at + 1].type in ("quote", "domain") else _run(tokens, at + 1)
    return _CitedName(_joined(tokens[at:end]), tokens[at].at, end)


def _capitalised(tokens: list[_CitationToken], at: int) -> _CitedName | None:
    """Words in capitals that are no person's name: «Елорда Инфо», «Минсельхоз области», «Акорда»."""
    end = _run(tokens, at)
    if end > at + 1 and tokens[end - 1].low in _MEDIA:
        return _CitedName(_joined(tokens[at:end]), tokens[at].at, end)
    word = _nominative(tokens[at].text)
    if word is None:
        return None
    end = at + 1
    if _BODY_WORD.match(word) and end < len(tokens) and tokens[end].type == "word":
        end = _dependents(tokens, end, "")
    return _CitedName(word + _between(tokens, at, end), tokens[at].at, end)


def _nominative(word: str) -> str | None:
    """A name that stands for a body by itself, in the nominative; None for any other word."""
    for stem, name in _TITLE_CASE.items():
        if word.startswith(stem) and len(word) - len(stem) <= 3:
            return name
    if _BODY_WORD.match(word):
        return re.sub(r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у|ом|е)$", "", word)
    return None


def _run(tokens: list[_CitationToken], at: int) -> int:
    """Where a run of words in capitals ends."""
    while at < len(tokens) and tokens[at].type in ("word", "latin", "number") and not tokens[at].text[0].islower():
        at += 1
    return at


_CODE = re.compile(r"[A-Z]+-\d+$")


def _latin(tokens: list[_CitationToken], at: int) -> _CitedName | None:
    first = tokens[at]
    if len(first.text) < 2 or not first.text[0].isupper() or _CODE.match(first.text) or first.text in _NO_BODIES:
        return None
    end = at + 1
    while end < len(tokens) and (
        (tokens[end].type == "latin" and (tokens[end].text[0].isupper() or tokens[end].text in ("of", "and", "the")))
        or (tokens[end].type == "number" and len(tokens[end].text) <= 2)
        or tokens[end].text == "&"
    ):
        end += 1
    return _CitedName(" ".join(one.text for one in tokens[at:end]), first.at, end)


def _is_quoted(name: str) -> bool:
    return len(name) > 2 and name[0] + name[-1] in ("«»", '""', "“”", "„“")


# --- Kazakh ---------------------------------------------------------------------------------------------------------

_KK_AFTER = re.compile(
    r"деп\s+(?:хабарла|жаз|мәлімде|мәлім\s|түсіндір|хабар\s)[а-яёәғқңөұүһі]*(?:\s*(?:етті|берді|отыр))?\s*"
    r"|dep\s+(?:habarla|jaz)[^\W\d_]*\s*|دەپ\s+(?:حابارل|جاز)\w*\s*"
    r"|(?:деді|делінген)\s+"
)
_KK_BEFORE = re.compile(
    r"(?P<ref>сілтеме\s+жаса|сүйен(?:е|іп|сек))"
    r"|(?P<of>(?:мәлімет(?:тер)?|дерек(?:тер)?|ақпарат(?:тар)?)(?:інше|ынша|[іы]\s+бойынша|[іы]не\s+(?:сәйкес|сүйен|сілтеме|қарағанда)|іне?\s+келтір)"
    r"|дерегінше|дерегі\s+бойынша|(?:хабарлау|жазу|айту|мәлімдеу)(?:ынша|інше)|(?:хабарлау|жазу)ына\s+(?:сәйкес|қарағанда)|хабарла(?:ған|ғанын)дай|мәлім\s+еткендей|мәлімдегендей|жазғандай|жазғанындай|хабарламасы(?:нда|на|ндағы)|мәлімдемесінде)"
    r"|(?P<verb>хабарла(?:ды|йды|п\s+отыр)|мәлім\s+етті|мәлімдеді|түсіндірді|жариялады|жазды|жазады|растады|"
    r"ескерт(?:ті|еді)|хабар\s+берді|мәлімет\s+берді)"
)
_KK_BEFORE_WORDS = (
    "сілтеме жаса", "сүйен", "мәлімет", "дерек", "дерег", "ақпарат", "хабарла", "жазу", "жазғ", "мәлім ет",
    "мәлімде", "түсіндірді", "жариялады", "жазды", "жазады", "растады", "ескерт", "хабар берді", "айтуынша",
)  # fmt: skip


def _kazakh(body: str, low: str) -> Iterator[tuple[int, str]]:
    for place in sorted({*_places(low, ("деп ", "dep ", "دەپ ", "деді ", "делінген "))}):
        found = _KK_AFTER.match(low, place)
        if found:
            name = _kk_behind(_behind(body, found.end()))
            if name:
                yield name.at, name.words
    for place in sorted({*_places(low, _KK_BEFORE_WORDS)}):
        found = _KK_BEFORE.match(low, place)
        if found:
            tokens = _before(body, place)
            name = _kk_before(tokens, found.lastgroup or "")
            if name is None and found.lastgroup == "verb":
                name = _kk_subject(tokens)
            if name:
                yield name.at, name.words


def _kk_behind(tokens: list[_CitationToken]) -> _CitedName | None:
    """Who says it, behind «деп хабарлайды»."""
    if not tokens:
        return None
    end = next((n for n, one in enumerate(tokens) if one.type == "mark" and one.text != "-"), len(tokens))
    for number, token in enumerate(tokens[: min(end, 10)]):
        head = _KK_HEAD.search(token.low) if token.type == "word" else None
        if head:
            if head["case"] in ("ның", "нің"):
                continue
            if head["case"] or _KK_OUTLET.search(token.low):
                break
            return _CitedName(_joined(tokens[: number + 1]), tokens[0].at, number + 1)
    first = tokens[0]
    if first.type == "word" and first.text not in _PREFIX:
        following = tokens[1].low if len(tokens) > 1 else ""
        if _KK_OUTLET.match(following) and first.text[0].isupper():
            return _CitedName(_kk_bare(first.text), first.at, 1)
        if _KK_NAMES.match(first.text) or _is_kk_abbreviation(first):
            return _CitedName(_kk_bare(first.text), first.at, 1)
        run = _run(tokens, 0)
        return _proper(tokens, 0) if run > 1 and tokens[run - 1].low in _MEDIA else None
    return _proper(tokens, 0)


def _is_kk_abbreviation(token: _CitationToken) -> bool:
    bare = _KK_CASES.sub("", token.text) if "-" in token.text else token.text
    return token.type == "word" and len(bare) >= 2 and bare.isupper() and bare not in _NO_BODIES


def _kk_bare(word: str) -> str:
    """A name without its case."""
    if "-" in word and word.partition("-")[0].isupper():
        return word.partition("-")[0]
    found = _KK_NAMES.match(word)
    return found[0] if found else word


def _joined(tokens: list[_CitationToken]) -> str:
    return " ".join(token.text for token in tokens if token.type != "case")


def _kk_subject(tokens: list[_CitationToken]) -> _CitedName | None:
    """A press service that stands apart from «хабарлады», as the subject of the same sentence."""
    for number in range(len(tokens) - 1, 0, -1):
        if tokens[number].type == "mark" and tokens[number].text in ".!?":
            return None
        if tokens[number].low == "қызметі" and tokens[number - 1].low == "баспасөз":
            return _kk_before(tokens[: number + 1], "verb")
    return None


_KK_MARKED = re.compile(r"(?:[дт][ае]|[дтн][ае]н|[ғқ]а|[гк]е|[дтн][ыі]|[мбп]ен)$")
_KK_FREE = re.compile(r"л[ыі][қк]т[ыі]$|^(?:орта|апта)$")


def _kk_before(tokens: list[_CitationToken], manner: str) -> _CitedName | None:
    """Who said it, before «сілтеме жасап», «мәліметінше», «хабарлады»."""
    end = len(tokens)
    while end and tokens[end - 1].type == "case":
        end -= 1
    if end and tokens[end - 1].low in _KK_CLOSERS:
        end -= 1
    if not end:
        return None
    last = tokens[end - 1]
    head = _KK_HEAD.search(last.low) if last.type == "word" else None
    if head is not None:
        case = head["case"] or ""
        if manner == "verb" and case not in ("", "нен", "нан", "нде", "нда"):
            return None
        start = _kk_start(tokens, end - 1)
        bare = last.text[: len(last.text) - len(case)]
        if _KK_OUTLET.search(last.low):
            return _kk_outlet(tokens, start, end - 1, bare)
        if start == end - 1 and bare.lower() not in ("полициясы", "үкіметі", "прокуратурасы"):
            return None
        return _CitedName(_joined([*tokens[start : end - 1], last._replace(text=bare)]), tokens[start].at, end)
    if last.type == "word":
        one = _KK_ONE.match(last.low)
        if one or _KK_NAMES.match(last.text) or _is_kk_abbreviation(last):
            start = _kk_start(tokens, end - 1) if not _KK_NAMES.match(last.text) else end - 1
            bare = _kk_bare(last.text)
            if one:
                bare = re.sub(r"(?<=[кят])(?:[тнд][ыі]ң|[тдн][ае]н|[кқгғ][ае])$", "", last.text)
            return _CitedName(_joined([*tokens[start : end - 1], last._replace(text=bare)]), tokens[start].at, end)
        return None
    if last.type in ("quote", "domain", "latin", "number"):
        return _kk_own_name(tokens[:end])
    return None


def _kk_own_name(tokens: list[_CitationToken]) -> _CitedName | None:
    """The name in quotation marks or in Latin that the tokens end with."""
    start = len(tokens) - 1
    while start and tokens[start].type != "quote" and _is_capital_latin(tokens[start - 1]):
        start -= 1
    return _proper(tokens, start)


def _is_capital_latin(token: _CitationToken) -> bool:
    return token.type == "latin" and token.text[0].isupper()


def _kk_outlet(tokens: list[_CitationToken], start: int, at: int, bare: str) -> _CitedName | None:
    """«Azattyq Rýhy порталына» is Azattyq Rýhy, «Алматы әкімдігінің сайтына» the whole."""
    named = [n for n in range(start, at) if tokens[n].type in ("quote", "domain", "latin")]
    if named:
        first = named[0]
        return _proper(tokens[:at], first)
    words = tokens[start:at]
    if not words:
        return None
    if words[-1].low in ("ақпараттық", "ақпарат"):
        words = words[:-1]
    if words and all(one.text[0].isupper() for one in words) and not any(_KK_HEAD.search(one.low) for one in words):
        return _CitedName(_joined(words), words[0].at, at)
    if not any(one.text[0].isupper() for one in words):
        return None
    return _CitedName(_joined([*words, tokens[at]._replace(text=bare)]), tokens[start].at, at + 1)


def _kk_start(tokens: list[_CitationToken], at: int) -> int:
    """Where the words that belong to the head at `at` begin."""
    start = at
    while start and at - start < 7:
        token = tokens[start - 1]
        low = token.low
        if token.type in ("mark", "domain") or low in _KK_STOPS or token.type == "number":
            break
        if low == "және":
            if start - 1 and tokens[start - 2].type == "word":
                start -= 1
                continue
            break
        if token.type == "word" and token.text.islower():
            if _KK_END.search(low) or (_KK_MARKED.search(low) and not _KK_FREE.search(low)):
                break
        elif (
            token.type == "word"
            and _KK_MARKED.search(low)
            and not token.text.isupper()
            and not tokens[start].low.startswith(("облыс", "қала", "аудан"))
            and "-" not in low
            and len(low) > 6
        ):
            break
        start -= 1
    while start < at and tokens[start].low in ("және", "осы", "бұл"):
        start += 1
    return start
