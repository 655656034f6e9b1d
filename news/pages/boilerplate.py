"""What a line of a page is by its words alone: text, a credit, or boilerplate (news/data/boilerplate.toml)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from news.text.dates import MONTHS, PrintedDate, find_date, one_of

# Credits and captions: lines of a page that belong to a picture and not to the text.

CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
"""Letters that may begin a name, for a character class."""
LONGEST_CREDIT = 150
"""Characters."""
_LONGEST_TOLD = 400  # of a caption that says what is on the picture
CREDITED = re.compile(r"©|фото|сурет|[pf]h?oto|s[uý]ret|скрин|видео", re.IGNORECASE)
"""Is found in the credit of a picture, and not in that of an author."""
_GLUED_CREDIT = re.compile(
    r"(?:Фото|Сурет|Photo)\s?:\s*[\w./-]*[a-zа-яәғқңөұүһі](?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ«\"])"
    r"|[\w-]*\d{2,4}x\d{2,4}(?=[А-ЯЁӘҒҚҢӨҰҮҺІ«])"  # a picture's name
)
_GLUED_BEGINS = ("Фото", "Сурет", "Photo")
# «Ярмарка на площади. Фото: Иван Белов»: a caption, or a paragraph with a credit at its end.
_CREDIT_BEHIND = re.compile(
    r"[\s(]+(?:Фото|Сурет|Суреттер|Видео|Photo|Suret|(?i:иллюстративное|архивное|көрнекі|көрнекілік)\s(?i:фото|сурет))\s?:\s*(?:[^.!?:]|\.(?=\w)){2,60}$"
    r"|\s[/|]\s*(?i:иллюстративное\s|архивное\s)?(?i:фото|сурет|коллаж|скрин|кадр|видео)\b[^!?]{0,60}$"
)
_PICTURES = ("фото", "сурет", "видео", "photo", "suret", "коллаж", "скрин", "кадр")  # one is in such a credit
# «© Sputnik / Иван Белов», «Фото Ивана Белова», «Мост. © site.kz», «instagram: site.kz», «Иван БЕЛОВ, «Газета»: whose.
_PHOTO_BY = re.compile(
    rf"©.+|(?:Фото|Сурет|Видео|Коллаж)(?:\s[{CAPITAL}][\w.-]*){{1,3}}"
    r"|[Фф]ото\sс(?:о)?\s(?:сайта|страницы|аккаунта)\s[^!?;,]{3,60}"
    r"|фото\s[^.!?;,]{3,60}"
    r"|[^.!?]{3,150}\s/\s?(?i:shutt\w+|getty\simages|depositphotos|reuters|unsplash|freepik|flickr)[\w.]*"
    r"|[^.!?:]{3,25}:\s?(?:[\w-]+\.)+(?:kz|ru|com|org|net)"
    rf"|[^.!?]{{0,60}}\b(?:[Фф]ото|фотографии)\s[{CAPITAL}][^.!?]{{3,40}}"
    r"|(?:[\w.«»-]+\s){1,3}(?:коллажы|фотосы|суреті|скриншоты)"
    r"|(?:[^.!?:]{2,40}\s/\s)?(?:AP(?:\sPhoto)?|EPA|AFP|TASS|ТАСС|РИА\sНовости|Reuters|Scanpix|Zuma|LETA)"
    r"(?:\s/\s[\w ]{2,20})?"
    rf"|(?:[{CAPITAL}][\w.-]*\s){{1,2}}[{CAPITAL}][\w.-]*\s?/\s?[{CAPITAL}«][\w .«»-]{{2,30}}"
)
_PHOTO_HINTS = ("фото", "сурет", "видео", "коллаж", "скриншот")  # one is in each, or «©», «/», «:»: a quick first look
_SIGNED = re.compile(
    rf"[{CAPITAL}][а-яёәғқңөұүһі]+\s[{CAPITAL}-]{{3,}}[,.]?(?:\s(?:«[^»]+»|[{CAPITAL}][\w-]+(?:\s[\w-]+)?))?\.?"
)
# «На фото: мост и его строители. || Фото Ивана Белова»: a caption, long as it may be.
_CAPTION = re.compile(r"(?:На\s(?:фото|снимке)|Суретте)\s?[:–—-]\s.+|.+\|\|\s?(?:Фото|Сурет)\b.*")
_CAPTION_BEGINS = ("На", "Суретте")
# «Рис. 2. Мост после паводка», «Мост после паводка. Фото с сайта gorod.kz»: what a picture shows.
_FIGURE = re.compile(r"(?:Рис|Илл|Сур|Fig)\.\s?\d{1,2}[.:]\s\S")
_FIGURE_BEGINS = ("Рис.", "Илл.", "Сур.", "Fig.")
_PHOTO_FROM = re.compile(r"[.!?»]\s(?:Фото|Снимок|Иллюстрация|Изображение|Кадр)\s(?:с|из|от|со)\s[^!?]{3,60}$")
_OWNED = re.compile(r"(?<=.)©\s?(?:[^.!?©]|[.!?](?!\s)){2,80}[.»]?$")  # «Мост после паводка. 1933 год © Иван Белов»
_LONGEST_CAPTION = 60


def is_credit(line: str, small: str) -> bool:
    """Whether the line, casefolded too, has the shape of a picture's credit or caption."""
    may_caption = len(line) < _LONGEST_TOLD and ("||" in line or line.startswith(_CAPTION_BEGINS))
    if may_caption and _CAPTION.fullmatch(line):
        return True
    if line.startswith(_FIGURE_BEGINS) and _FIGURE.match(line):
        return True
    if len(line) < _LONGEST_TOLD and "фото" in small and _PHOTO_FROM.search(line):
        return True
    if len(line) < _LONGEST_TOLD and "©" in line and _OWNED.search(line):
        return True
    if len(line) >= LONGEST_CREDIT:
        return False
    if _credit_behind(line, small) or _SIGNED.fullmatch(line):
        return True
    hinted = "/" in line or ":" in line or "©" in line or any(map(small.__contains__, _PHOTO_HINTS))
    return hinted and _PHOTO_BY.fullmatch(line) is not None


def _credit_behind(line: str, small: str) -> re.Match[str] | None:
    if not (":" in line or "/" in line or "|" in line) or not any(map(small.__contains__, _PICTURES)):
        return None
    return _CREDIT_BEHIND.search(line, max(0, len(line) - LONGEST_CREDIT))


def without_credit(line: str, small: str) -> str:
    """The line, casefolded too, without a picture's credit before («Фото:pixabayАлматы. …») or after its text."""
    may_glue = line.startswith(_GLUED_BEGINS) or "x" in line[:LONGEST_CREDIT]
    glued = _GLUED_CREDIT.match(line, 0, LONGEST_CREDIT) if may_glue else None
    line = line[glued.end() :] if glued else line
    behind = _credit_behind(line, small)
    is_text = behind and behind.start() > _LONGEST_CAPTION and line[: behind.start()].endswith((".", "!", "?", "»"))
    return line[: behind.start()] if behind and is_text else line


class LineKind(Enum):
    """What a line is by its words. `TEXT` is everything that no rule matches."""

    TEXT = "text"
    STOP = "stop"  # comments, other headlines: an article that has begun is over
    ASIDE = "aside"  # «Читайте также»: a headline follows, then the article may go on
    NOISE = "noise"
    CREDIT = "credit"
    SOURCE = "source"
    TAGS = "tags"
    VIEWS = "views"
    LEGAL = "legal"
    NUMBER = "number"
    CLOCK = "clock"
    REPEATED = "repeated"  # its source prints it on page after page (news.pages.lines)


_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+|\d+")
_COUNT_BEHIND = re.compile(r"[\s(\[:]*\d[\d ]*[)\]]?$")
# «14:05», «Қоғам · Бүгін, 14:05 2 814», «2 часа назад», «27 ноября, 14:05»: an hour whose day the page's reader knew.
_MONTH = one_of(sorted(MONTHS, key=len, reverse=True))
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
    r"|(?:[^.!?]{1,30}[·•|,:]\s*)?(?:сегодня|вчера|бүг[іi]н|кеше)[,\s]+(?:20\d\d,?\s)?(?:(?:в|сағат)\s)?\d\d?:\d\d[\d\s]*"
    r"|\d{1,2}\s(?:секунд|минут|час|сағат|день|дня|дней|күн|недел|апта|месяц|ай)\w*\s(?:назад|бұрын)"
    rf"|\d{{1,2}}\s(?:{_MONTH})[,\s·|/в]+\d\d?:\d\d",
    re.IGNORECASE,
)
_TODAY_COUNTED = re.compile(r"(?:сегодня|вчера|бүг[іi]н|кеше)(?:\s\d+){1,3}")  # views and comments of a list's item
# Temperatures, winds, rates, signs, addresses, image paths, whose post is shown: nothing that a sentence consists of.
_WIDGET = re.compile(
    r"[+−-]?\s?\d+\s?[°ºo]\s?[CСcс]?\b.{0,12}|(?:жел|ветер|давление:?)\s\d.*|погода\s(?:в|во|на)\s\S+(?:\s\S+)?|[\W\d_]+|[A-Z]{3}(?:/[A-Z]{3})?\s?[\d.,↑↓+-]*|[$€₽¥₸].{0,12}"
    r"|(?:\d{6,}[\s_]+)+\d{6,}(?:[\s_]\w)?"
    r"|\d{1,2}\s(?:минут[аы]?|мин|mins?)\b\.?(?:\s\w+){0,3}"  # to read it, and whose it is
    r"|читать\s\S+\.\w+\sв"
    r"|\(?\d+\s(?:голос|оцен|дауыс|votes?\b)\w*\W*\d?[.,]?\d?\s?(?:из\s\d+)?\)?"
    r"|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"
    r"|<?(?:image|img)?>?\s?data:image/.*|!\[.*\]\(\S+\)|(?:https?://|www\.)\S+|\S+@\S+\.\w+|\S*\.(?:jpe?g|png|gif|webp|svg)|\S*[/\\]\S*\.(?:jpe?g|png|gif|webp|svg)\S*"
    r"|in\s(?-i:[A-ZА-ЯӘҒҚҢӨҰҮҺІ])[^.!?]{2,60}"  # «in Новости, Город»: the rubrics of a post
    r"|(?:\W*(?:USD|EUR|RUB|KGS|UZS|CNY|GBP)\W*[\d.,]+\s?[₸₽$€]?){2,}\W*"
    r"|\d{6},\s.*|(?:[\w-]+\.)+(?:kz|ru|com|org|net)(?:/\S*)?|(?:[^.!?]*[\s(])?@[\w.]+(?:\)[^.!?]*)?"
    r"|(?:тел|телефон|факс|байланыс|e-?mail|эл\.\s*почта|мекенжай\w*|адрес|whatsapp)\W*[:.]\s*\S.*",
    re.IGNORECASE,
)
_WIDGET_WORDS = re.compile(r"погода\s(?:в|во|на)\s\S+(?:\s\S+)?|[A-Z]{3}", re.IGNORECASE)  # those of letters alone
_NETWORKS = frozenset(
    ("facebook", "twitter", "telegram", "whatsapp", "instagram", "vk", "vkontakte", "вконтакте", "одноклассники", "ok",
     "viber", "linkedin", "x", "threads", "tiktok", "youtube", "email", "e-mail", "messenger", "pinterest", "skype",
     "мой", "мир", "поделиться", "бөлісу", "share", "tweet", "pin", "it", "button", "кнопка", "icon", "print",
     "копировать", "ссылку", "copy", "link", "в", "на", "через", "дзен", "max", "rutube", "и")
)  # fmt: skip
_LONGEST_BUTTONS = 120
_SHARED = re.compile(r"бөлісу|поделиться\sв")
_RUBRIC_COUNTS = re.compile(r"(\D{3,30}?)\s\d+\s\d[\d ]*(?:\s[^\W\d_]+){0,3}")  # «Общество 0 1 649 Асель Ким»
_STEP = re.compile(r"[>›→»/|•·]\s")
_MARKS = " .,:;!?…«»\"'()[]-–—|/"
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_LONGEST_CALL = 200
# «Самые важные новости области обсудили на сессии.» is a sentence, «Самые важные новости – в нашем канале.» a call.
_SENTENCE = 40
_SAID = re.compile(r"\.[»”\"’')]*$")
_CALL = re.compile(
    r"\b(?:наш|нас\b|нам\b|ссылк|сайте\b|подписыв|подписат|подписк|подпиш|канале\b|выделите|нажмите|ctrl|друзья"
    r"|иллюстратив|открыт\w+ источник|біз|арнамыз|парақшамыз|жазыл[ыу]|басыңыз|хабарлаңыз|хабарласыңыз)",
    re.IGNORECASE,
)
# «Другие новости по теме:», «Тағы да маңызды жаңалықтар»: other headlines follow.
_OTHERS = re.compile(
    r"(?:другие|еще|последние|похожие|популярные|свежие|все|больше)\s(?:[^\W\d]+\s){0,2}"
    r"(?:новости|новостей|материалы|статьи|публикации)(?:\s[^\W\d]+){0,2}"
    r"|(?:басқа|соңғы|ұқсас|өзекті|танымал|маңызды|қатысты|тағы)\s(?:[\w-]+\s){0,2}(?:жаңалықтар|мақалалар|материалдар)"
)
# «Новость по теме», «Больше по этой теме:»: a headline follows, and the text may go on below it.
_BY_SUBJECT = re.compile(
    r"(?:(?:новост|материал|стать|ссылк|публикаци|видео|подробн|друг|читайт|смотрит)\w*\s|(?:больше|еще|также|и|на)\s){1,3}"
    r"(?:по|на)\s(?:эт\w{1,2}\s)?тем[уе]"
)
# «Новости города в нашем канале. Подписывайтесь!»
_INVITES = (
    "подписывайтесь", "подписывайся", "подпишитесь", "подпишись", "жазылыңыз", "қосылыңыз", "тіркеліңіз"
)  # fmt: skip
_MORE = (" Подробнее", " Читать далее", " Читать дальше", " Толығырақ", " Толығырақ оқу")  # behind another page's lead
_COMMENTS_HINTS = ("комментари", "пікір", "pikir", "pıkır", "پىكىر")
_COMMENTS_BEHIND = re.compile(r"(?:^|\s)(\d+)\s+\d+\s+(?:пікір|комментари|pikir|پىكىر)", re.IGNORECASE)
_LABELLED = re.compile(r"[^\W\d]+[\s:]*\d[\d ]*")
_DIGIT = re.compile(r"\d")
_NOTHING = re.compile(r"\b0\b")
_LONGEST_DATED = 120
_LATIN_I = re.compile("(?<=[а-яәғқңөұүһі])i|i(?=[а-яәғқңөұүһі])")


class WordingMatch(NamedTuple):
    """A line's kind, and what follows the label («Фото: МИД РК» → «МИД РК»)."""

    kind: LineKind
    rest: str = ""


TEXT = WordingMatch(LineKind.TEXT)


@dataclass(slots=True, eq=False)
class LineWords:
    """What a row of a page tells: its text without a credit, its kind, a date in it, a count it labels.

    It is equal to itself only: `words_of` gives the same one while it remembers the row.
    """

    text: str
    small: str
    """Casefolded."""
    counted: bool
    """Whether a digit is in it."""
    kind: LineKind
    rest: str
    date: PrintedDate | None
    published: bool
    """Whether the words before its date, or the whole row, announce the day of publication."""
    updated: bool
    """Whether the words before its date say that it is the day of an update."""
    is_place: bool
    """Whether it is a place that may stand alone after an article as its tag."""
    is_rubric: bool
    """Whether it is a rubric's name: boilerplate, but a tag in a list of tags."""
    heads_behind: bool
    """Whether it is the heading of what follows an article: comments, similar articles. «Комментарии: 0» is none."""
    read: int | None
    """How often the page was read, if the line says so."""


class _Wordings(NamedTuple):
    exact: dict[str, LineKind]
    begins: dict[str, list[tuple[str, str, LineKind, bool]]]  # by the first word: beginning, ending, kind, no sentence
    behind: tuple[str, ...]
    legal_hint: re.Pattern[str]
    legal: re.Pattern[str]
    published: frozenset[str]
    places: frozenset[str]
    rubrics: frozenset[str]
    updated: frozenset[str]

    def says_law(self, line: str, small: str) -> bool:
        """Whether a pattern of `legal` matches; the casefolded line tells quickly that none can."""
        return self.legal_hint.search(small) is not None and self.legal.search(line) is not None


def fold(line: str) -> str:
    """A line for comparing: lower case, е for ё, і for Latin i, no marks at the ends, single spaces."""
    return _bare(line.casefold())


def _bare(small: str) -> str:
    folded = _evened(small)
    if folded[:1].isalnum() and folded[-1:].isalnum():
        return folded
    folded = folded.strip(_MARKS)  # nearly always all of them
    return folded if folded[:1].isalnum() and folded[-1:].isalnum() else _EDGES.sub("", folded)


def _small(line: str) -> str:
    return _evened(line.casefold())


def _evened(small: str) -> str:
    small = " ".join(small.replace("ё", "е").split())
    return _LATIN_I.sub("і", small) if "i" in small else small


_KINDS = (
    LineKind.NOISE,
    LineKind.CREDIT,
    LineKind.SOURCE,
    LineKind.TAGS,
    LineKind.VIEWS,
    LineKind.ASIDE,
    LineKind.STOP,
)
_SHORT_KINDS = (LineKind.ASIDE, LineKind.CREDIT, LineKind.SOURCE)
_own: list[Path] = []


def use(path: Path) -> None:
    """Add an operator's own wordings, for this process. Raises ValueError with the number of a wrong line.

    There is one in each line, as in boilerplate.toml. A line with only `@stop` (or another kind) gives the kind of
    those below; otherwise they are noise. `#` begins a remark.
    """
    for _ in _own_wordings(path):
        pass  # all lines are checked before any is used
    _own[:] = [path]
    _lexicon.cache_clear()
    words_of.cache_clear()


def own() -> Path | None:
    """The file that `use` named in this process."""
    return _own[0] if _own else None


def _own_wordings(path: Path) -> Iterator[tuple[LineKind, str]]:
    kind = LineKind.NOISE
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if line.startswith("@"):
            kind = next((one for one in _KINDS if one.value == line[1:].strip()), LineKind.TEXT)
            if kind is LineKind.TEXT:
                names = ", ".join(f"@{one.value}" for one in _KINDS)
                raise ValueError(f"{path.name}, line {number}: {line} is none of {names}")
        elif line:
            if not fold(line.rstrip("*~")):
                raise ValueError(f"{path.name}, line {number}: {line} has no word")
            yield kind, line


@cache
def _lexicon() -> _Wordings:
    data = tomllib.loads(resources.files("news").joinpath("data/boilerplate.toml").read_text(encoding="utf-8"))
    exact: dict[str, LineKind] = {}
    begins: dict[str, list[tuple[str, str, LineKind, bool]]] = {}
    rubrics = frozenset(fold(line) for line in data["rubrics"].split("\n") if line.strip())
    exact.update(dict.fromkeys(rubrics, LineKind.NOISE))
    ours = ((kind, line.strip()) for kind in _KINDS for line in data[kind.value].split("\n"))
    for kind, wording in chain(ours, *map(_own_wordings, _own)):
        if not wording:
            continue
        if wording[-1] != "~" and "*" not in wording:
            exact[fold(wording)] = kind
            continue
        beginning, _, ending = wording.rstrip("*~").partition("*")
        start = _small(beginning).lstrip('«"')
        begins.setdefault(start.split()[0].strip(":«»,."), []).append((start, fold(ending), kind, wording[-1] == "~"))
    for options in begins.values():
        options.sort(key=lambda option: -len(option[0]))
    return _Wordings(
        exact,
        begins,
        tuple(data["behind"].split()),
        re.compile(one_of(data["legal_hints"].split())),
        re.compile("|".join(f"(?:{pattern})" for pattern in data["legal"]), re.IGNORECASE),
        frozenset(fold(line) for line in data["published"].split("\n") if line.strip()),
        frozenset(fold(word) for word in data["places"].split()),
        rubrics,
        frozenset(fold(line) for line in data["updated"].split("\n") if line.strip()),
    )


LONGEST_KEPT = 400
"""What a longer row tells is not cached: a site repeats menus, not paragraphs, and a whole page may be one row."""


@lru_cache(4096)
def words_of(row: str) -> LineWords:
    """What a row (stripped, not empty) tells by its words alone. It is cached, because a site repeats its rows."""
    small = row.casefold()
    text = without_credit(row, small)
    if not text:
        return LineWords("", "", False, LineKind.NOISE, "", None, False, False, False, False, False, None)
    small, counted = small if text is row else text.casefold(), _DIGIT.search(text) is not None
    folded = _bare(small)
    kind, rest = label(text, small, folded, counted)
    short = len(text) < _LONGEST_DATED
    printed = find_date(text) if short and counted else None
    lexicon, alone = _lexicon(), folded if short else ""
    before = fold(printed.before) if printed else ""
    return LineWords(
        text,
        small,
        counted,
        kind,
        rest,
        printed,
        before in lexicon.published or alone in lexicon.published,
        before in lexicon.updated or before.split(" ", 1)[0] in lexicon.updated,
        alone in lexicon.places,
        alone in lexicon.rubrics,
        kind is LineKind.STOP and alone.startswith(lexicon.behind) and _NOTHING.search(alone) is None,
        _count_in(text, folded, printed) if counted else None,
    )


def label(line: str, small: str, folded: str, counted: bool) -> WordingMatch:
    """The kind of a line (stripped, not empty) by its words alone: as it is, casefolded, folded; `counted`: a digit."""
    if counted and (_NUMBER.fullmatch(line.lstrip("•· ")) or _TODAY_COUNTED.fullmatch(small)):
        return WordingMatch(LineKind.NUMBER, line)
    if counted and _CLOCK.fullmatch(line):
        return WordingMatch(LineKind.CLOCK)
    words_only = line.replace(" ", "").isalpha()
    if not folded or _is_widget(line, words_only):
        return WordingMatch(LineKind.NOISE)
    lexicon = _lexicon()
    known = lexicon.exact.get(folded)
    if known is LineKind.STOP and line.endswith(":") and (found := _beginning(line, folded, lexicon)):
        return found  # «Еще по теме:» stands inside an article, «Еще по теме» behind it
    if known or (len(line) < _LONGEST_CALL and (folded.endswith(_INVITES) or line.endswith(_MORE))):
        return WordingMatch(known or LineKind.NOISE)
    path = not words_only and len(line) < _LONGEST_CALL and _is_path(line, lexicon)
    if path or (len(line) < _LONGEST_BUTTONS and _are_buttons(folded)):
        return WordingMatch(LineKind.NOISE)
    if counted and len(line) < 60 and (told := _with_count(line, folded, lexicon)):
        return told
    if len(line) < 400:
        others = len(line) < 80 and _OTHERS.fullmatch(folded)
        found = _beginning(line, folded, lexicon) or (WordingMatch(LineKind.STOP) if others else None)
        if found is None and len(line) < _SENTENCE and _BY_SUBJECT.fullmatch(folded):
            found = WordingMatch(LineKind.ASIDE)
        if found:
            return found
    if len(line) < 900 and lexicon.says_law(line, small):
        return WordingMatch(LineKind.LEGAL)
    return WordingMatch(LineKind.CREDIT) if is_credit(line, small) else TEXT


def _is_widget(line: str, words_only: bool) -> bool:
    if len(line) >= 80 and not line.startswith(("![", "http", "<image", "data:")):
        return False
    return (_WIDGET_WORDS if words_only else _WIDGET).fullmatch(line) is not None


def _is_path(line: str, lexicon: _Wordings) -> bool:
    """Whether it is a path like «Главная > Новости > Происшествия», maybe with the headline at its end."""
    steps = _STEP.split(line)
    if not 1 < len(steps) < 9:
        return False
    *above, last = (lexicon.exact.get(fold(step)) is LineKind.NOISE for step in steps)
    return all(above) and (last or len(steps) > 2)


def _are_buttons(folded: str) -> bool:
    """Whether it is a row of share buttons: «facebook button telegram button», «Facebook-ке бөлісу…»."""
    words = folded.split()
    return (len(words) > 1 and _NETWORKS.issuperset(words)) or (
        ("бөлісу" in folded or "поделиться" in folded) and len(_SHARED.findall(folded)) > 1
    )


def _with_count(line: str, folded: str, lexicon: _Wordings) -> WordingMatch | None:
    """«Комментарии (3)», «1357 просмотров», «24 мин»: a wording of the lexicon with a number behind or before it; a
    rubric with two, perhaps the author's name behind them."""
    if (counted := _RUBRIC_COUNTS.fullmatch(line)) and fold(counted[1]) in lexicon.rubrics:
        return WordingMatch(LineKind.NOISE)
    if (folded.endswith(_TIMES) or ":" in line) and views_in(line) is not None:
        return WordingMatch(LineKind.VIEWS, line)
    if folded[-1:].isdigit():
        known = lexicon.exact.get(_EDGES.sub("", _COUNT_BEHIND.sub("", folded)))
        return WordingMatch(known, line) if known else None
    if line[0].isdigit():
        if views_in(line) is not None:
            return WordingMatch(LineKind.VIEWS, line)
        if lexicon.exact.get(folded.lstrip("0123456789 ")) is LineKind.NOISE:
            return WordingMatch(LineKind.NOISE)
    return None


def _beginning(line: str, folded: str, lexicon: _Wordings) -> WordingMatch | None:
    options = lexicon.begins.get(folded.split(" ", 1)[0].strip(":«»,."))
    if not options:
        return None
    # Marks inside count here («Фото:» is a credit, «Фото дня» is not); those before the first letter do not.
    whole = _small(line).lstrip('«"•·-–—*#→►▶ ')
    for beginning, ending, kind, no_sentence in options:
        if whole.startswith(beginning) and (not ending or ending in folded):
            if no_sentence and len(line) >= _SENTENCE and _SAID.search(line) and not _CALL.search(line):
                continue
            told = kind is LineKind.SOURCE and beginning[-1] == ":"  # of a journal, with all its writers
            if len(line) > LONGEST_CREDIT and not told and kind in _SHORT_KINDS:
                continue  # a paragraph that only begins like one
            return WordingMatch(kind, _behind(line, beginning))
    return None


def _behind(line: str, beginning: str) -> str:
    words = len(beginning.split())
    rest = line.strip().split(None, words)
    return rest[words].strip(" :–—-") if len(rest) > words else ""


_EYE = re.compile(r"👁\W*(\d[\d \u00a0]*)")
_BEFORE_COUNT = 12  # characters of a line that begins with a count, as the next pattern has it
_VIEWS = re.compile(
    r"^\D{0,4}(\d[\d \u00a0]*)\s*([^\W\d]\D*)$|^(\D+?)[\s:(—–-]*(\d[\d \u00a0]*)\)?(?:\s?(?:раза?|рет))?$"
    r"|^[^\W\d]+:\W{0,4}(\d[\d \u00a0]*)\s([^\W\d]\D*)$"  # «Күні: , 41 рет оқылды»: the day is lost
)
_TIMES = (" раз", " раза", " рет")  # «Прочитано: 51 раз»


def views_in(line: str) -> int | None:
    """The labelled count of a line («1357 просмотров», «Прочитано: 51 раз», «220 рет көрсетілді»), or None."""
    if eye := _EYE.match(line):
        return number(eye[1])
    last = line.rstrip()[-1:]
    may_count = last.isdigit() or last == ")" or line.endswith(_TIMES) or _DIGIT.search(line, 0, _BEFORE_COUNT)
    found = _VIEWS.match(line) if may_count else None
    if not found:
        return None
    pairs = ((found[2], found[1]), (found[3], found[4]), (found[6], found[5]))
    known = _lexicon().exact
    return next((number(digits) for words, digits in pairs if words and known.get(fold(words)) is LineKind.VIEWS), None)


def _count_in(line: str, folded: str, printed: PrintedDate | None) -> int | None:
    """«1357 просмотров»; behind a date, «17.06.2026 10:05 Просмотров: 96 Печать»; «153 0 пікір», with comments."""
    count = views_in(line)
    for labelled in _LABELLED.finditer(printed.after if printed else ""):
        count = count or views_in(labelled[0])
    commented = count is None and any(map(folded.__contains__, _COMMENTS_HINTS))
    if commented and (counted := _COMMENTS_BEHIND.search(line)):
        return number(counted[1])
    return count


def number(digits: str) -> int | None:
    """A count as pages print it, with spaces between thousands; None if it is impossibly large."""
    joined = "".join(letter for letter in digits if letter.isascii() and letter.isdigit())
    return int(joined) if joined and len(joined) <= 9 else None
