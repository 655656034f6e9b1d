"""Names of offices and outlets, read word by word: their beginning, their end, and their nominative.

Such a name is a noun for a body («пресс-служба») with what belongs to it, an abbreviation, a name in quotation marks,
an address, or a word that can only name a body («Акорда»).
"""

import re
from typing import NamedTuple

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


class CitationToken(NamedTuple):
    """A word, name, number or mark; `type` is the group of `_TOKEN` that matched, `at` the place in the text."""

    text: str
    type: str
    at: int

    @property
    def low(self) -> str:
        """The token in lower case."""
        return self.text.lower()


def tokens_of(text: str, start: int, end: int) -> list[CitationToken]:
    """The tokens of a part of a text, in order."""
    return [CitationToken(one[0], one.lastgroup or "", one.start()) for one in _TOKEN.finditer(text, start, end)]


class CitedName(NamedTuple):
    """A name as read: its text, its place, and the index of the token after it."""

    words: str
    at: int
    after: int


def words_of(text: str) -> frozenset[str]:
    """The words of a list written with spaces."""
    return frozenset(text.split())


def joined(tokens: list[CitationToken]) -> str:
    """Tokens as one name, without separate Kazakh case endings."""
    return " ".join(token.text for token in tokens if token.type != "case")


def is_quoted(name: str) -> bool:
    """Whether a name is enclosed in a pair of quotation marks."""
    return len(name) > 2 and name[0] + name[-1] in ("«»", '""', "“”", "„“")


# Proper names: in quotation marks, an address, in Latin letters, after «ИА», or a word that names a body.

MEDIA = words_of("инфо пресс ньюс медиа таймс пост новости лайф live тв news times город press")
# Abbreviations and names that are never an article's source.
NO_BODIES = words_of(
    "СМИ БАҚ АО ТОО РГП ГУ ДП ИА РК ҚР РФ США АҚШ ЧП ЧС ТЖ ДТП ЖКО ИИ ЖИ ВИЧ АИТВ ОРВИ НДС ҚҚС ВВП ЖІӨ ЕНТ ҰБТ "
    "ЭЦП ЭЦҚ ИИН ЖСН АЗС АЭС ТЭЦ GPS COVID SMS Telegram Instagram Facebook TikTok WhatsApp YouTube Twitter"
)
PREFIXES = words_of("ИА МИА РИА ТК ТРК АО ТОО НАО РГП ГУ КГУ ГКП КГП АҚ ЖШС ИП ООО ГБУ ОО НПП")
_TITLE_CASE = {"Акорд": "Акорда", "Антикор": "Антикор", "Кремл": "Кремль", "Госдум": "Госдума",
               "Казгидромет": "Казгидромет", "Белы": "Белый", "Нацбанк": "Нацбанк", "Интерфакс": "Интерфакс",
               "Казинформ": "Казинформ", "КазТАГ": "КазТАГ", "Коммерсант": "Коммерсант", "Ведомост": "Ведомости",
               "Рейтер": "Рейтер", "Спутник": "Спутник"}  # fmt: skip
_BODY_WORD = re.compile(
    r"(?:Мин|Гос|Рос|Каз|Нац|Обл|Гор|Рай|Глав|Ген)(?:здрав|юст|фин|обр|пром|сельхоз|труд|оборон|культ|транс|энерго|эконом|дум|"
    r"стат|банк|гвард|прокуратур|потреб|надзор|реестр|гидромет|авиа|автодор|телеком|газ|мунай|атом|почт|ком|суд|акимат|спорт|"
    r"туризм|информ|связ|цифр|строй|природ|эколог|торг|водоканал|наук)[а-яё]*|[А-ЯЁ][а-яё]+(?:информ|пресс|ньюс)"
)
_KAZAKH_FIRM = re.compile("(?:компаниясы|банк[іi]|орталығы|қоры|агенттігі|университеті|холдинг[іi])$")
_CODE = re.compile(r"[A-Z]+-\d+$")


def proper_name(tokens: list[CitationToken], at: int) -> CitedName | None:
    """A proper name: in quotation marks, an address, in Latin letters, after «ИА», or a word that names a body."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.type == "latin":
        return _latin(tokens, at)
    if token.type in ("quote", "domain"):
        return CitedName(_in_quotes(token.text) if token.type == "quote" else token.text, token.at, at + 1)
    if token.type != "word" or not token.text[0].isupper() or token.text in NO_BODIES - PREFIXES:
        return None
    return _prefixed(tokens, at) if token.text in PREFIXES else _capitalised(tokens, at)


_PLURAL_TITLE = re.compile("^(Ведомост|Новост|Вест|Извест|Аргумент|Факт)(?:и)?(?:ям|ями|ях|ей|й|ам|ами|ах|ов)$")
_BENT_TITLE = re.compile("^(Коммерсант|Интерфакс|Взгляд|Спутник|Курсив)(?:у|ом|а|е)$")
_PLAIN_TITLES = {"Извест": "Известия", "Аргумент": "Аргументы", "Факт": "Факты", "Коммерсант": "Коммерсантъ"}


def _in_quotes(text: str) -> str:
    """The text in quotation marks; a well-known outlet's title in its nominative: «рассказал «Ведомостям»»."""
    name = text[1:-1].strip()
    bent = _PLURAL_TITLE.match(name)
    if bent:
        return _PLAIN_TITLES.get(bent[1], f"{bent[1]}и")
    bent = _BENT_TITLE.match(name)
    return _PLAIN_TITLES.get(bent[1], bent[1]) if bent else name


def _prefixed(tokens: list[CitationToken], at: int) -> CitedName | None:
    """A name after its kind: «РИА Новости», «РГП «Казгидромет»»."""
    if at + 1 == len(tokens) or not (tokens[at + 1].type in ("quote", "domain") or tokens[at + 1].text[0].isupper()):
        return None
    end = at + 2 if tokens[at + 1].type in ("quote", "domain") else run_of_capitals(tokens, at + 1)
    return CitedName(joined(tokens[at:end]), tokens[at].at, end)


def _capitalised(tokens: list[CitationToken], at: int) -> CitedName | None:
    """Capitalised words that are no person's name: «Елорда Инфо», «Минсельхоз области», «Акорда»."""
    end = run_of_capitals(tokens, at)
    if end > at + 1 and (tokens[end - 1].low in MEDIA or _KAZAKH_FIRM.match(tokens[end - 1].low)):
        return CitedName(joined(tokens[at:end]), tokens[at].at, end)
    word = _nominative(tokens[at].text)
    if word is None:
        return None
    end = at + 1
    if _BODY_WORD.match(word) and end < len(tokens) and tokens[end].type == "word":
        end = _dependents(tokens, end, "")
    return CitedName(word + _between(tokens, at, end), tokens[at].at, end)


def _nominative(word: str) -> str | None:
    """The nominative of a word that names a body by itself; None for any other word."""
    for stem, name in _TITLE_CASE.items():
        if word.startswith(stem) and len(word) - len(stem) <= 3:
            return name
    if _BODY_WORD.match(word):
        return re.sub(r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у|ом|е)$", "", word)
    return None


def run_of_capitals(tokens: list[CitationToken], at: int) -> int:
    """The index after a run of capitalised words."""
    while at < len(tokens) and tokens[at].type in ("word", "latin", "number") and not tokens[at].text[0].islower():
        at += 1
    return at


def _latin(tokens: list[CitationToken], at: int) -> CitedName | None:
    first = tokens[at]
    if len(first.text) < 2 or not first.text[0].isupper() or _CODE.match(first.text) or first.text in NO_BODIES:
        return None
    end = at + 1
    while end < len(tokens) and (
        (tokens[end].type == "latin" and (tokens[end].text[0].isupper() or tokens[end].text in ("of", "and", "the")))
        or (tokens[end].type == "number" and len(tokens[end].text) <= 2)
        or tokens[end].text == "&"
    ):
        end += 1
    return CitedName(" ".join(one.text for one in tokens[at:end]), first.at, end)


# Russian nouns for a body: the stem → the ending of the nominative, which tells the gender.

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
    "нацпарк": "", "заповедник": "", "клуб": "", "зоопарк": "",
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
_ABROAD = words_of("посольство консульство представительство")
"""Bodies that are named by where they are: «посольство Казахстана в Турции»."""
_OUTLET_NAMES = frozenset(stem + end for stem, end in _OUTLETS.items())
# Bodies of which an article means only one, so the bare word names them.
_ONE = words_of(
    "пресс-служба акимат полиция прокуратура генпрокуратура правительство мэрия парламент мажилис сенат нацбанк "
    "горакимат облакимат минздрав"
)  # fmt: skip
_STOPS = words_of(
    "в во на о об от до из к ко за у с со что как а но не для также где когда если уже еще ещё он она они это "
    "этом сегодня вчера завтра утром вечером днем днём ночью накануне ранее позже журналистам репортерам "
    "корреспонденту слова высказывания представителей агентству изданию телеканалу порталу газете ссылкой "
    "ссылаясь после перед во-первых среди через"
)
_VERB = re.compile(r"(?:ает|яет|ует|ют|ит|ишет|ишут|ил[аио]?|ал[аио]?|ял[аио]?|лся|лась|лись|лось|ется|ются|ится)$")
_NO_QUALITY = _STOPS | _FORMS.keys()
_ADJECTIVE = re.compile(
    r"(?:^[а-яё-]{3,}(?:ый|ий|ой|ого|его|ому|ему|ом|ем|ым|им|ая|яя|ую|юю|ей|ое|ее|ые|ие|ых|их|ыми|ими))$"
)
_GENITIVE = re.compile(r"(?:а|я|ы|и|ого|его|ой|ей|ых|их|ов|ев)$")


def russian_name(tokens: list[CitationToken], start: int) -> CitedName | None:
    """The outlet or office named by the Russian phrase that begins at `start`, or None."""
    at, adjectives = start, 0
    while at < len(tokens) and adjectives < 4 and _ADJECTIVE.search(low := tokens[at].low) and low not in _NO_QUALITY:
        at, adjectives = at + 1, adjectives + 1
    if at < len(tokens):
        head = _FORMS.get(tokens[at].low)
        if head is not None:
            return _headed(tokens, start, at, head)
        if _is_abbreviation(tokens[at]) and (adjectives or tokens[at].text not in PREFIXES):
            end = _dependents(tokens, at + 1, "")
            return _named(tokens, start, at, end, _bare_abbreviation(tokens[at].text))
    if adjectives and not (start < len(tokens) and tokens[start].text[0].isupper()):
        return None
    return proper_name(tokens, start)


def _headed(tokens: list[CitationToken], start: int, at: int, head: str) -> CitedName | None:
    if head in _OUTLET_NAMES and at + 1 < len(tokens) and tokens[at + 1].type in ("quote", "latin", "domain"):
        name = proper_name(tokens, at + 1)
        if name is not None:
            return name._replace(at=tokens[start].at)
    end = _dependents(tokens, at + 1, head)
    if end == at + 1 and head not in _ONE and start == at:
        return None
    if end == at + 1 and head not in _ONE and head in _OUTLET_NAMES | {"ведомство", "министерство", "служба"}:
        return None
    return _named(tokens, start, at, end, head)


def _named(tokens: list[CitationToken], start: int, at: int, end: int, head: str) -> CitedName:
    gender = "a" if head[-1:] in "ая" else "o" if head[-1:] in "ое" else ""
    before = [_agreed(token.text, gender) for token in tokens[start:at]]
    name = " ".join([*before, head]) + _between(tokens, at, end)
    if tokens[start].text[0].isupper():
        name = name[0].upper() + name[1:]
    return CitedName(name, tokens[start].at, end)


def _between(tokens: list[CitationToken], at: int, end: int) -> str:
    return "".join(" " + token.text for token in tokens[at + 1 : end])


def _agreed(word: str, gender: str) -> str:
    """The nominative of an adjective before a noun of this gender: «областном» → «областной»."""
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


def _dependents(tokens: list[CitationToken], at: int, head: str) -> int:
    """The index after what belongs to a body's name."""
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
        elif low in ("в", "во") and head in _ABROAD and at + 1 < len(tokens) and tokens[at + 1].text[0].isupper():
            pass
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


def _joins(word: str, following: CitationToken) -> bool:
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


def _is_abbreviation(token: CitationToken) -> bool:
    text = token.text
    return (
        token.type == "word"
        and len(text) >= 2
        and _bare_abbreviation(text).isupper()
        and _bare_abbreviation(text) not in NO_BODIES
        and not any(sign in text for sign in "-.")
    )


def _bare_abbreviation(text: str) -> str:
    """«МВДа» → «МВД»."""
    return text[:-1] if len(text) > 2 and text[:-1].isupper() and text[-1] in "аеуы" else text
