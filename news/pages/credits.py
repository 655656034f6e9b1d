"""Whose a picture is, and what is on it: lines of a page that belong to a picture and not to the text."""

import re

CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
"""Letters that begin a name, for a class of a pattern."""
LONGEST_CREDIT = 150
"""Characters."""
_LONGEST_TOLD = 400  # of a caption that says what is on the picture
CREDITED = re.compile(r"©|фото|сурет|[pf]h?oto|s[uý]ret|скрин|видео", re.IGNORECASE)
"""Somewhere in a credit of a picture, not in one of an author."""
_GLUED_CREDIT = re.compile(
    r"(?:Фото|Сурет|Photo)\s?:\s*[\w./-]*[a-zа-яәғқңөұүһі](?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ«\"])"
    r"|[\w-]*\d{2,4}x\d{2,4}(?=[А-ЯЁӘҒҚҢӨҰҮҺІ«])"  # a picture's name
)
# «Ярмарка на площади. Фото: Иван Белов»: a caption, or a paragraph that a credit was glued to.
_CREDIT_BEHIND = re.compile(
    r"[\s(]+(?:Фото|Сурет|Суреттер|Видео|Photo|Suret)\s?:\s*(?:[^.!?:]|\.(?=\w)){2,60}$"
    r"|\s[/|]\s*(?i:иллюстративное\s|архивное\s)?(?i:фото|сурет|коллаж|скрин|кадр|видео)\b[^!?]{0,60}$"
)
# «© Sputnik / Иван Белов», «Фото Ивана Белова», «Мост. © site.kz», «instagram: site.kz», «Иван БЕЛОВ, «Газета»: whose.
_PHOTO_BY = re.compile(
    rf"©.+|(?:Фото|Сурет|Видео|Коллаж)(?:\s[{CAPITAL}][\w.-]*){{1,3}}"
    r"|фото\s[^.!?;,]{3,60}"
    r"|.*©\s?(?:[\w-]+\.)+[a-z]{2,5}"
    r"|[^.!?:]{3,25}:\s?(?:[\w-]+\.)+(?:kz|ru|com|org|net)"
    rf"|[^.!?]{{0,60}}\b(?:[Фф]ото|фотографии)\s[{CAPITAL}][^.!?]{{3,40}}"
    r"|(?:[\w.«»-]+\s){1,3}(?:коллажы|фотосы|суреті|скриншоты)"
    rf"|(?:[{CAPITAL}][\w.-]*\s){{1,2}}[{CAPITAL}][\w.-]*\s?/\s?[{CAPITAL}«][\w .«»-]{{2,30}}"
    rf"|[{CAPITAL}][а-яёәғқңөұүһі]+\s[{CAPITAL}-]{{3,}}[,.]?(?:\s(?:«[^»]+»|[{CAPITAL}][\w-]+(?:\s[\w-]+)?))?\.?"
)
# «На фото: мост и его строители. || Фото Ивана Белова»: a caption, long as it may be.
_CAPTION = re.compile(r"(?:На\s(?:фото|снимке)|Суретте)\s?[:–—-]\s.+|.+\|\|\s?(?:Фото|Сурет)\b.*")
_LONGEST_CAPTION = 60


def is_credit(line: str) -> bool:
    """Whether the line, by its shape, says whose a picture is or what is on it."""
    if len(line) < _LONGEST_TOLD and _CAPTION.fullmatch(line):
        return True
    return len(line) < LONGEST_CREDIT and bool(_CREDIT_BEHIND.search(line) or _PHOTO_BY.fullmatch(line))


def without_credit(line: str) -> str:
    """The line without a picture's credit before it («Фото:pixabayАлматы. …») or behind its text."""
    glued = _GLUED_CREDIT.match(line)
    line = line[glued.end() :] if glued else line
    behind = _CREDIT_BEHIND.search(line, max(0, len(line) - LONGEST_CREDIT))
    is_text = behind and behind.start() > _LONGEST_CAPTION and line[: behind.start()].endswith((".", "!", "?", "»"))
    return line[: behind.start()] if behind and is_text else line
