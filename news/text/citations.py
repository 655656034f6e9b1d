"""The sources that an article cites: «передает X со ссылкой на Y», «деп хабарлайды X», «Y мәліметінше».

A word of reporting is found first. Then the text after or before it is read as the name of an office or outlet
(news/text/cited_names.py). Persons do not count as sources.
"""

import re
from collections.abc import Iterable, Iterator

from news.text.cited_names import (
    MEDIA,
    NO_BODIES,
    PREFIXES,
    CitationToken,
    CitedName,
    is_quoted,
    joined,
    proper_name,
    run_of_capitals,
    russian_name,
    tokens_of,
    words_of,
)
from news.text.dates import one_of

_KAZAKH = ("деп ", "хабар", "і", "қ", "ң", "ғ", "ә", "ұ", "ү", "ө", "dep ", "دەپ")
# «сообщил читатель «Вестника»»: an unnamed person, so the outlet's reader is the source.
_READER = re.compile(
    r"\b(?:сообщ|рассказ|написал|прислал|передал)\w*\s((?:читатель(?:ница)?|подписчи(?:к|ца))\s«[^»\n]{2,40}»)"
)
_AHEAD = 160
_BEHIND = 130
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
_CLAUSE_END = re.compile(r"[.!?…,;:](?=[\s–—-])|\n|\s[–—-]\s")


def cited_in(body: str, labelled: Iterable[str] = ()) -> tuple[str, ...]:
    """Outlets and offices named as the source of the news, in order, each once, without persons.

    `labelled` is what followed «Источник:» and the like on the page.
    """
    names: dict[str, str] = {}
    for _, words in sorted(_found(body)):
        names.setdefault(words.casefold(), words)
    for words in labelled:
        name = words.strip().rstrip(".,;:–—-").rstrip()
        name = name[1:-1] if is_quoted(name) else name
        if 0 < len(name) <= 80:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def _found(body: str) -> Iterator[tuple[int, str]]:
    low = body.lower()
    low = low if len(low) == len(body) else body  # lower-case «İ» is two letters
    yield from _russian(body, low)
    if "читател" in low or "подписчи" in low:
        yield from ((found.start(1), found[1]) for found in _READER.finditer(body))
    if any(map(body.__contains__, _KAZAKH)):
        yield from _kazakh(body, low)


def _places(body: str, words: Iterable[str]) -> Iterator[int]:
    for word in words:
        place = body.find(word)
        while place >= 0:
            yield place
            place = body.find(word, place + len(word))


def _behind(body: str, start: int) -> list[CitationToken]:
    """The tokens after a word of reporting, to the end of the sentence."""
    end = _SENTENCE_END.search(body, start, start + _AHEAD)
    return tokens_of(body, start, end.start() if end else start + _AHEAD)


def _before(body: str, end: int) -> list[CitationToken]:
    """The tokens before it, from the beginning of the clause."""
    start = max(0, end - _BEHIND)
    for found in _CLAUSE_END.finditer(body, start, end):
        start = found.end()
    return tokens_of(body, start, end)


# Russian: names after «передает» and «со ссылкой на», and before «сообщили».

# Marks of a citation: the beginnings to find quickly, and the pattern that must match there. Names follow those of
# `_AFTER` and precede those of `_BEFORE`.
_RU_REPORT = re.compile(
    r"(?P<now>(?:переда|сообща|информиру|отмеча|уточня|поясня|рассказыва)[её]?[тю]т?|переда[её]т|пиш[еу]т|цитиру[ею]т|"
    r"(?:предупрежда|добавля|подч[её]ркива|напомина|утвержда|заверя|прогнозиру)[еюё]т(?![а-яё]))"
    r"|(?P<past>(?:сообщ|уточн|поясн|замет|подтверд|объясн|отмет|предупред|добав|напомн)ил[аио]?|"
    r"(?:подчеркну|ответи|опроверг|призна|подсчита|завери|утвержда|оцени|выясни|обнародова|объяви|доложи)ли|"
    r"(?:рассказ|передал|проинформировал|заявил|написал)[аио]?|рассказал[аио]?)(?![а-яё])"
)
_RU_REPORTS = re.compile(one_of((
    "переда", "сообща", "сообщи", "пишет", "пишут", "информиру", "проинформ", "отмеча", "отметил", "уточн",
    "рассказ", "заявил", "поясн", "цитиру", "замети", "подтверди", "объясн", "написал", "предупре", "добавил",
    "добавля", "напом", "подч", "ответили", "опровергли", "утвержда", "завер", "прогнозиру", "признали", "подсчитали",
    "оценили", "выяснили", "обнародовали", "объявили", "доложили",
)))  # fmt: skip
_RU_NOUN = re.compile(
    r"(?:сослав\w+|ссылкой|ссылаясь|ссылается)\s+на\s*"
    r"|по\s+(?:[а-яё]+\s+)?(?:информации|данным|сообщени\w+|сведениям|словам|версии|под?сч[её]там|оценк\w+|прогноз\w+)\s+"
    r"|согласно\s+(?:[а-яё]+\s+)?(?:информации|данным|сообщени\w+|сведениям|подсч[её]там|прогноз\w+|отч[её]ту|релизу)\s+"
    r"|(?:следует|известно|явствует|узнали)\s+из\s+(?:[а-яё]+\s+)?(?:(?:пресс-)?релиза|сообщени[яй]|ответ(?:а|ов)|"
    r"заявления|отч[её]т(?:а|ов)|письма|материалов|документов|данных|публикаци[ий])\s+"
    r"|(?:говорится|сказано|указано|сообщается|отмечается|уточняется|подч[её]ркивается|указывается)\s+(?:в|на)\s+"
    r"(?:официальн\w+\s+)?(?:пресс-релизе|сообщении|заявлении|релизе|отч[её]те|письме|ответе|материале|публикации|сводке)?\s*"
    r"|интервью\s+"
)
_RU_NOUNS = re.compile(one_of((
    "сослав", "ссылкой", "ссылаясь", "ссылается", "о информации", "о данным", "о предварительным", "о последним",
    "о официальн", "о оперативным", "о сообщени", "о сведениям", "о словам", "о версии", "о подсч", "о подщ",
    "о оценк", "о прогноз", "говорится", "сказано ", "указано ", "сообщается ", "отмечается ", "уточняется ",
    "подчёркивается ", "подчеркивается ", "указывается ", "интервью ", "согласно ", "следует из ", "известно из ",
    "явствует из ", "узнали из ",
)))  # fmt: skip
_SKIPPED = words_of(
    "корреспондент корреспонденты корреспондента корреспонденту собкор журналист журналисты наш наши собственный"
)
_ABOUT_SOURCES = words_of(
    "источник источника источники источников данные сообщение пресс-релиз информацию сведения материалы слова "
    "заявление отчет отчёт"
)
_TIME = words_of("сегодня вчера утром вечером днем днём ночью накануне ранее позже также")
_TOLD = words_of(
    "агентству изданию порталу газете телеканалу журналистам корреспондентам корреспонденту каналу репортерам"
)
_WEEKDAYS = words_of("воскресенье понедельник вторник среду четверг пятницу субботу")
_UTTERANCES = words_of("сообщении интервью релизе эфире пресс-релизе заявлении")
_BENT = re.compile("(?<=[А-ЯЁа-яё]{4}[бвгджзклмнпрстфхчшщ])е$")
"""The case of a firm's name after «в»: «утверждают в «Горводоканале»»."""
_OPENERS = words_of("как в во однако между тем позже ранее а")
_BETWEEN = words_of("также ранее позже уже сегодня накануне нам уточнили и")


def _russian(body: str, low: str) -> Iterator[tuple[int, str]]:
    for place in [begun.start() for begun in _RU_REPORTS.finditer(low)]:
        found = _RU_REPORT.match(low, place)
        if found and not (place and low[place - 1].isalpha()):
            yield from _reported(_behind(body, found.end()), now=bool(found["now"]))
            yield from _subject(_before(body, place))
    for place in [begun.start() for begun in _RU_NOUNS.finditer(low)]:
        start = place - 1 if body[place] == "о" and place else place
        found = _RU_NOUN.match(low, start)
        if found:
            yield from _referred(_behind(body, found.end()))


def _reported(tokens: list[CitationToken], *, now: bool) -> Iterator[tuple[int, str]]:
    """Names after «передает» and «сообщили»: who was told, where it was said, who says it."""
    at = 0
    for _ in range(6):
        if at >= len(tokens):
            return
        low = tokens[at].low
        if low in _SKIPPED or low in _TIME or low in ("нам", "об", "этом"):
            at += 1
        elif low in _TOLD:
            at += 1
            name = russian_name(tokens, at)
            if name and low not in ("журналистам", "репортерам"):
                yield name.at, name.words
                at = name.after
        elif low in ("в", "во", "на") and at + 1 < len(tokens):
            if tokens[at + 1].low in _WEEKDAYS:
                at += 2
                continue
            name = russian_name(tokens, at + 1)
            if name is None and tokens[at + 1].low in _UTTERANCES:
                name = russian_name(tokens, at + 2)
            if name:
                yield name.at, _BENT.sub("", name.words) if tokens[at + 1].type == "quote" else name.words
            return
        else:
            name = russian_name(tokens, at)
            if name is None:
                return
            yield name.at, name.words
            if now:
                return
            at = name.after


def _subject(tokens: list[CitationToken]) -> Iterator[tuple[int, str]]:
    """The name before «сообщили», if the clause begins with nothing but a name («В МЧС»)."""
    start = next((n + 1 for n in range(len(tokens) - 1, -1, -1) if tokens[n].type == "mark"), 0)
    while start < len(tokens) and tokens[start].low in _OPENERS:
        start += 1
    end = len(tokens)
    while end > start and tokens[end - 1].low in _BETWEEN:
        end -= 1
    name = russian_name(tokens[:end], start)
    if name is not None and name.after == end:
        yield name.at, name.words


def _referred(tokens: list[CitationToken]) -> Iterator[tuple[int, str]]:
    """Names after «со ссылкой на» and «по данным»: the one, or both of two."""
    at = 0
    while at < len(tokens) and at < 4 and (tokens[at].low in _ABOUT_SOURCES or (at and tokens[at].low in ("в", "на"))):
        at += 1
    name = russian_name(tokens, at)
    if name is None:
        return
    yield name.at, name.words
    if name.after < len(tokens) and tokens[name.after].low == "и":
        second = russian_name(tokens, name.after + 1)
        if second:
            yield second.at, second.words


# Kazakh: names after «деп хабарлайды», and before «мәліметінше» and «сілтеме жасап». A body's name has the possessive.

_KK_HEAD = re.compile(
    r"(?:қызмет|министрліг|әкімдіг|департамент|комитет|агенттіг|басқарма|орталығ|институт|университет|прокуратура|"
    r"аппарат|палата|банк|қор|компания|бірлестіг|одағ|елшіліг|сот|мекеме|кеңсе|бюро|ведомство|полиция|басылым|портал|"
    r"газет|телеарна|арна|сайт|радио|журнал|федерация|қауымдастығ|инспекция|холдинг|ұйым|штаб|маслихат|парламент|комиссия|"
    r"үкімет|клуб|мұражай|театр|ауруханас|кәсіпорн|кеңес|бөлім)(?:[ыі]|с[ыі])"
    r"(?P<case>н[ыі]ң|н[ае]|нен|нан|нде|нда|мен)?$"
)
_KK_ONE = re.compile(
    r"(?:әкімдік|банк|сот|аурухана|полиция|прокуратура|үкімет|парламент|мәжіліс|сенат)(?:[тнд][ыі]ң|[тдн][ае]н|[кқгғ][ае])?$"
)
_KK_REPORTER = words_of("тілшісі тілшілері журналисі корреспонденті")
_KK_FROM = ("нен", "нан", "нде", "нда")
_KK_BARE = re.compile("(?:әкімдік|банк|сот|аурухана|полиция|прокуратура|комитет|комиссия)$")
_KK_OUTLET = re.compile(r"(?:тілшіс|порталы|ақпарат|агенттіг|сайты|басылымы|газет|арнасы|телеарнасы|журналы)\w*$")
_KK_OF = re.compile("[нтд][ыі]ң$")
_KK_CASES = re.compile(r"-?(?:[нтд][ыі]ң|[кқгғ][ае]|н[ае]|[тдн][ае]н|[тд][ае])$")
_KK_NAMES = re.compile(
    r"(?:Ақорда|Азаттық|Антикор|Қазгидромет|Қазақпарат|Парламент|Мәжіліс|Сенат)(?=$|[нтдкқгғ])", re.IGNORECASE
)
_KK_END = re.compile(r"(?:д[ыі]|т[ыі]|ғанын?|генін?|[ғқ]ан|[гк]ен|[ыі]п|[ұү]п|йды|йді|а?тын|етін|сы?нда|с[іы]нде)$")
_KK_STOPS = words_of(
    "деп бұл ол туралы жөнінде жайлы бойынша бүгін кеше және мен пен бен үшін сондай-ақ осы деген дейді қазір "
    "бұны мұны ретінде сәйкес кейін бұрын осыған тілшіміз тілшімізге қатысты жөніндегі-ақ"
) - {"және"}
_KK_CLOSERS = words_of("ресми берген жаңа бұл соңғы туралы өз арнайы")
_KK_MARKED = re.compile(r"(?:[дт][ае]|[дтн][ае]н|[ғқ]а|[гк]е|[дтн][ыі]|[мбп]ен)$")
_KK_FREE = re.compile(r"л[ыі][қк]т[ыі]$|^(?:орта|апта)$")
_KK_AFTER = re.compile(
    r"деп\s+(?:хабарла|жаз|мәлімде|мәлім\s|түсіндір|хабар\s|раста|ескерт|қосты|жауап\s|толықтыр|болжа|сана|есепте|сендір|уәде\s|айт|отыр)[а-яёәғқңөұүһі]*(?:\s*(?:етті|берді|отыр))?\s*"
    r"|dep\s+(?:habarla|jaz)[^\W\d_]*\s*|دەپ\s+(?:حابارل|جاز)\w*\s*"
    r"|(?:деді|делінген)\s+"
)
_KK_BEFORE = re.compile(
    r"(?P<ref>тілшісіне\s|сілтеме\s+жаса|сүйен(?:е|іп|сек))"
    r"|(?P<of>(?:мәлімет(?:тер)?|дерек(?:тер)?|ақпарат(?:тар)?)(?:інше|ынша|[іы]\s+бойынша|[іы]не\s+(?:сәйкес|сүйен|сілтеме|қарағанда)|іне?\s+келтір)"
    r"|дерегінше|дерегі\s+бойынша|дерегіне\s+(?:сәйкес|сүйен|сілтеме|қарағанда)|(?:хабарлау|жазу|айту|мәлімдеу|бағалау|болжау|түсіндіру)(?:ынша|інше)|(?:хабарлау|жазу)ына\s+(?:сәйкес|қарағанда)|хабарла(?:ған|ғанын)дай|мәлім\s+еткендей|мәлімдегендей|жазғандай|жазғанындай|хабарламасы(?:нда|на|ндағы)|мәлімдемесінде|(?:сайтында|парақшасында|қорытындысында|есебінде|хатында|шолуында)\s+[^.!?\n]{0,80}?(?:делін|айтыл|жазыл|көрсетіл|хабарлан))"
    r"|(?P<verb>хабарла(?:ды|йды|п\s+отыр)|мәлім\s+етті|мәлімдеді|түсіндірді|жариялады|жазды|жазады|растады|"
    r"ескерт(?:ті|еді)|хабар\s+берді|мәлімет\s+берді)"
)
_KK_BEFORE_WORDS = (
    "сілтеме жаса", "сүйен", "мәлімет", "дерек", "дерег", "ақпарат", "хабарла", "жазу", "жазғ", "мәлім ет", "мәлімде",
    "сайтында ", "қорытындысында ", "есебінде ", "хатында ", "шолуында ", "тілшісіне ", "түсіндіру", "парақшасында ",
    "бағалауынша", "болжауынша", "түсіндірді", "жариялады", "жазды", "жазады", "растады", "ескерт", "хабар берді",
    "айтуынша",
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
                name = _kk_subject(tokens) or _kk_first(tokens)
            if name:
                yield name.at, name.words


def _kk_behind(tokens: list[CitationToken]) -> CitedName | None:
    """The name after «деп хабарлайды»."""
    if not tokens:
        return None
    end = next((n for n, one in enumerate(tokens) if one.type == "mark" and one.text != "-"), len(tokens))
    for number, token in enumerate(tokens[: min(end, 10)]):
        head = _KK_HEAD.search(token.low) if token.type == "word" else None
        if head:
            if head["case"] in ("ның", "нің"):
                continue
            following = tokens[number + 1].low if number + 1 < end else ""
            if not head["case"] and _KK_HEAD.search(following):
                continue  # «Жол полициясы комитеті»
            case = head["case"] or ""
            if (case and case not in _KK_FROM) or _KK_OUTLET.search(token.low):
                break
            bare = token._replace(text=token.text[: len(token.text) - len(case)])
            return CitedName(joined([*tokens[:number], bare]), tokens[0].at, number + 1)
        if number and _is_kk_abbreviation(token) and _KK_OF.search(tokens[number - 1].low):
            return CitedName(
                joined([*tokens[:number], token._replace(text=_kk_bare(token.text))]), tokens[0].at, number + 1
            )
        if number and token.type == "word" and _KK_BARE.match(token.low) and number + 1 == end:
            return CitedName(joined(tokens[: number + 1]), tokens[0].at, number + 1)
    first = tokens[0]
    if first.type == "word" and first.text not in PREFIXES:
        following = tokens[1].low if len(tokens) > 1 else ""
        if _KK_OUTLET.match(following) and first.text[0].isupper():
            return CitedName(_kk_bare(first.text), first.at, 1)
        if _KK_NAMES.match(first.text) or _is_kk_abbreviation(first):
            return CitedName(_kk_bare(first.text), first.at, 1)
        run = run_of_capitals(tokens, 0)
        return proper_name(tokens, 0) if run > 1 and tokens[run - 1].low in MEDIA else None
    return proper_name(tokens, 0)


def _kk_before(tokens: list[CitationToken], manner: str) -> CitedName | None:
    """The name before «сілтеме жасап», «мәліметінше» or «хабарлады»."""
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
        if manner == "verb" and case not in ("", *_KK_FROM):
            return None
        start = _kk_start(tokens, end - 1)
        bare = last.text[: len(last.text) - len(case)]
        if _KK_OUTLET.search(last.low):
            return _kk_outlet(tokens, start, end - 1, bare)
        if start == end - 1 and bare.lower() not in ("полициясы", "үкіметі", "прокуратурасы"):
            return None
        return CitedName(joined([*tokens[start : end - 1], last._replace(text=bare)]), tokens[start].at, end)
    if last.type == "word":
        one = _KK_ONE.match(last.low)
        if one or _KK_NAMES.match(last.text) or _is_kk_abbreviation(last):
            start = _kk_start(tokens, end - 1) if not _KK_NAMES.match(last.text) else end - 1
            bare = _kk_bare(last.text)
            if one:
                bare = re.sub(r"(?<=[кят])(?:[тнд][ыі]ң|[тдн][ае]н|[кқгғ][ае])$", "", last.text)
            return CitedName(joined([*tokens[start : end - 1], last._replace(text=bare)]), tokens[start].at, end)
        return None
    if last.type in ("quote", "domain", "latin", "number"):
        return _kk_own_name(tokens[:end])
    return None


def _kk_subject(tokens: list[CitationToken]) -> CitedName | None:
    """A press service that is the subject of the sentence, apart from «хабарлады»."""
    for number in range(len(tokens) - 1, 0, -1):
        if tokens[number].type == "mark" and tokens[number].text in ".!?":
            return None
        if tokens[number].low == "қызметі" and tokens[number - 1].low == "баспасөз":
            return _kk_before(tokens[: number + 1], "verb")
    return None


def _kk_first(tokens: list[CitationToken]) -> CitedName | None:
    """An office that begins the clause and is its subject: «Денсаулық сақтау министрлігі … хабарлады»."""
    for number, token in enumerate(tokens[:8]):
        head = _KK_HEAD.search(token.text) if token.type == "word" else None
        if head and not head["case"] and not _KK_OUTLET.search(token.low) and token.text.islower():
            return _kk_before(tokens[: number + 1], "verb") if _kk_start(tokens, number) == 0 and number else None
    return None


def _kk_own_name(tokens: list[CitationToken]) -> CitedName | None:
    """The name in quotation marks or Latin letters at the end of the tokens."""
    start = len(tokens) - 1
    while start and tokens[start].type != "quote" and _is_capital_latin(tokens[start - 1]):
        start -= 1
    return proper_name(tokens, start)


def _is_capital_latin(token: CitationToken) -> bool:
    return token.type == "latin" and token.text[0].isupper()


def _kk_outlet(tokens: list[CitationToken], start: int, at: int, bare: str) -> CitedName | None:
    """An outlet before a general word: «Azattyq Rýhy порталына»; of «Алматы әкімдігінің сайтына» the whole."""
    named = [n for n in range(max(0, min(start, at - 1)), at) if tokens[n].type in ("quote", "domain", "latin")]
    if named:
        first = named[0]
        return proper_name(tokens[:at], first)
    words = tokens[start:at]
    if not words:
        return None
    if words[-1].low in ("ақпараттық", "ақпарат"):
        words = words[:-1]
    if words and all(one.text[0].isupper() for one in words) and not any(_KK_HEAD.search(one.low) for one in words):
        return CitedName(joined(words), words[0].at, at)
    if not any(one.text[0].isupper() for one in words):
        return None
    return CitedName(joined([*words, tokens[at]._replace(text=bare)]), tokens[start].at, at + 1)


def _kk_start(tokens: list[CitationToken], at: int) -> int:
    """The index where the words that belong to the head at `at` begin."""
    start = at
    while start and at - start < 7:
        token = tokens[start - 1]
        low = token.low
        if token.type in ("mark", "domain", "number") or low in _KK_STOPS or low in _KK_REPORTER:
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
            and not low.endswith("стан")
        ):
            break
        start -= 1
    while start < at and tokens[start].low in ("және", "осы", "бұл"):
        start += 1
    return start


def _is_kk_abbreviation(token: CitationToken) -> bool:
    bare = _KK_CASES.sub("", token.text) if "-" in token.text else token.text
    return token.type == "word" and len(bare) >= 2 and bare.isupper() and bare not in NO_BODIES


def _kk_bare(word: str) -> str:
    """A name without its case ending."""
    if "-" in word and word.partition("-")[0].isupper():
        return word.partition("-")[0]
    found = _KK_NAMES.match(word)
    return found[0] if found else word
