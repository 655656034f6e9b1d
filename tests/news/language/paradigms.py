"""Paradigms by the school grammar, written apart from the analyser's own: what a test expects to meet."""

BACK = "аоұыя"
VOWELS = "аәеоөүұыіэяиу"


def harmony(word: str) -> int:
    """0 where the last vowel is back, 1 where it is front."""
    last = next(letter for letter in reversed(word) if letter in VOWELS and letter not in "иу")
    return 0 if last in BACK else 1


def noun(word: str) -> list[str]:
    """The nominative, cases, plural and possessives of a noun."""
    a, y = "ае"[harmony(word)], "ыі"[harmony(word)]
    last = word[-1]
    voiceless = last in "кқпстфхцчшщ"
    plural = word + ("т" if voiceless else "л" if last in VOWELS + "рй" else "д") + a + "р"
    genitive = "т" if voiceless else "н" if last in "аәеоөүұыіямнң" else "д"
    accusative = "т" if voiceless else "н" if last in "аәеоөүұыія" else "д"
    ablative = "т" if voiceless else "н" if last in "мнң" else "д"
    dative = ("қк" if voiceless else "ғг")[harmony(word)]
    with_ = "п" if voiceless else "б" if last in "зж" else "м"
    base = word[:-1] + {"қ": "ғ", "к": "г", "п": "б"}.get(last, last)
    his = word + "с" + y if last in "аәеіыя" else base + y
    return [
        word, plural, word + genitive + y + "ң", word + dative + a, word + accusative + y,
        word + ("т" if voiceless else "д") + a, word + ablative + a + "н", word + with_ + "ен",
        plural + "д" + y + "ң", plural + y, plural + y + "н" + a, his, his + "н" + y + "ң", his + "нд" + a,
        his + "мен", his + "н" + a + "н",
    ]  # fmt: skip


def verb(stem: str) -> list[str]:
    """Finite forms, negations, participles and infinitive of a verb stem."""
    a, y, k = "ае"[harmony(stem)], "ыі"[harmony(stem)], "қк"[harmony(stem)]
    last, vowel = stem[-1], stem[-1] in "аеыі"
    voiceless = last in "кқпстш"
    past = ("т" if voiceless else "д") + y
    not_ = ("п" if voiceless else "б" if last in "мнңзж" else "м") + a
    did = (k if voiceless else "ғг"[harmony(stem)]) + a + "н"
    if vowel:
        present, converb, infinitive = stem + "й", stem + "п", stem + "у"
    else:
        base = stem[:-1] + {"қ": "ғ", "к": "г", "п": "б"}.get(last, last)
        present, converb, infinitive = base + a, base + y + "п", base + "у"
    person = "д" + y
    return [
        stem + past, stem + past + "м", stem + past + k, stem + did, stem + not_ + "д" + y, stem + not_ + "й" + person,
        stem + not_ + "ғг"[harmony(stem)] + a + "н", present + person, present + "м" + y + "н", present + "т" + y + "н",
        converb, infinitive, infinitive + y + "н", infinitive + "ғг"[harmony(stem)] + a, stem + "с" + a,
    ]  # fmt: skip


_NOUNS = """
қала мектеп көше бала үй жол кітап адам жыл ауыл мемлекет жұмыс тұрғын мәселе шешім дәрігер мұғалім бағдарлама
жоба ұйым заң газет жаңалық көлік автобус дүкен базар көпір саябақ аурухана емхана балабақша университет
студент оқушы ата ана қыз әке дос ел жер тау өзен көл орман аспан қазақ орыс тіл сөз хат сурет ән күй театр
мұражай спорт команда ойыншы жеңіс жарыс жүлде медаль жаттықтырушы құрылыс пәтер ғимарат аймақ облыс аудан әкім
депутат парламент үкімет президент сайлау партия қоғам азамат құқық
"""
_VERBS = """
бар кел жаз айт көр біл тұр отыр жүр сөйле оқыт басқар тексер ұсын бекіт аш жап сат ал бер қара тыңда жина баста
аяқта ұйымдастыр өткіз қатыс жеткіз хабарла түсіндір көрсет қолда дайында
"""
NOUNS = _NOUNS.split()
VERBS = _VERBS.split()
