"""Which language a text is in."""

import re

from news.language.normalise import clean

_KAZAKH = re.compile("[әғқңөұүһі]")
_UKRAINIAN = re.compile("[їєґ]")
_CYRILLIC = re.compile("[а-яё]")
_LATIN = re.compile("[a-z]")
_KAZAKH_LATIN = re.compile("[ğūŋǵńş]|q[aouyiı]|ý[aeiou]")


def detect(title: str, body: str = "") -> str | None:
    """'ru', 'kk' (in either script), another BCP 47 code where it is recognised, None where it is not."""
    text = clean(f"{title} {body[:300]}").lower()
    if not _CYRILLIC.search(text):
        if _KAZAKH_LATIN.search(text):
            return "kk"
        return "en" if _LATIN.search(text) else None
    if _UKRAINIAN.search(text):
        return "uk"
    return "kk" if _KAZAKH.search(text) else "ru"
