"""The grammar of Kazakh endings: every chain of suffixes a noun or a verb can take, as it is spelt.

A suffix is a template. Capitals are sounds that follow what stands before them: A а/е and Y ы/і the vowels of the stem
(back or front); G ғ/г қ/к, D д/т, L л/д/т (plural), N н/д/т (genitive), U н/д/т (accusative), X д/н/т (ablative),
M м/б/п (instrumental, «мын»), B м/б/п (negation, «мыз») and K қ/к its consonants. What stands before falls into seven
classes: V vowel, W и у ю, R р й, L л, N м н ң, Z з ж, T voiceless and the б в г д of loan words.
"""

from collections import defaultdict
from collections.abc import Iterator

from news.language.kazakh import WordEnding, class_of

CLASSES = "VWRLNZT"
BACK, FRONT = "B", "F"


_AFTER_VOICELESS = {"G": "қк", "D": "тт", "L": "тт", "N": "тт", "U": "тт", "X": "тт", "M": "пп", "B": "пп"}
_ELSE = {"G": "ғг", "D": "дд", "L": "дд", "N": "дд", "U": "дд", "X": "дд", "M": "мм", "B": "мм", "A": "ае", "Y": "ыі"}
_SPECIAL = {
    ("L", "V"): "лл", ("L", "W"): "лл", ("L", "R"): "лл", ("N", "V"): "нн", ("N", "N"): "нн", ("U", "V"): "нн",
    ("X", "N"): "нн", ("M", "Z"): "бб", ("B", "Z"): "бб", ("B", "N"): "бб",
}  # fmt: skip


def _spell(template: str, after: str, harmony: str) -> tuple[str, str]:
    """The template spelt after a class, and the class it ends in."""
    spelt = ""
    for sign in template:
        if sign == "K":
            pair = "қк"
        elif sign in _ELSE:
            pair = _SPECIAL.get((sign, after)) or (after == "T" and _AFTER_VOICELESS.get(sign)) or _ELSE[sign]
        else:
            pair = sign * 2
        spelt += pair[harmony == FRONT]
        after = class_of(spelt[-1])
    return spelt, after


SuffixChain = tuple[str, str]  # its name, its spelling

_CASES = (("gen", "NYң"), ("dat", "GA"), ("acc", "UY"), ("loc", "DA"), ("abl", "XAн"), ("ins", "Mен"))
_CASES_OF_HIS = (("gen", "нYң"), ("dat", "нA"), ("acc", "н"), ("loc", "нDA"), ("abl", "нAн"), ("ins", "мен"))
_COPULAS = ("MYн", "сYң", "сYз", "BYз", "сYздAр")
_PAST_PERSONS = ("", "м", "ң", "ңYз", "K", "ңдAр", "ңYздAр")


def _nominal(after: str, harmony: str, *, plain: bool = True) -> Iterator[SuffixChain]:
    """Chains of a noun; `plain` adds what stands on any nominal but a verb's infinitive."""
    yield from _cases("", "", after, harmony, plain=plain)
    plural, end = _spell("LAр", after, harmony)
    yield from _cases("pl", plural, end, harmony, plain=plain)
    yield from _possessed("pl", plural, end, harmony, plain=plain)
    yield from _possessed("", "", after, harmony, plain=plain)


def _possessed(name: str, spelt: str, after: str, harmony: str, *, plain: bool) -> Iterator[SuffixChain]:
    vowel = "" if after == "V" else "Y"
    third = "сY" if after == "V" else "Y"
    for person, template in (("my", "м"), ("your", "ң"), ("our", "мYз"), ("yours", "ңYз")):
        suffix, end = _spell(vowel + template, after, harmony)
        yield from _cases(f"{name}.{person}", spelt + suffix, end, harmony, plain=plain)
    for template in {third, "сY"} if after == "W" else {third}:  # такси: таксиі or таксисі
        suffix, end = _spell(template, after, harmony)
        yield from _cases(f"{name}.his", spelt + suffix, end, harmony, plain=plain)


def _cases(name: str, spelt: str, after: str, harmony: str, *, plain: bool) -> Iterator[SuffixChain]:
    his, mine = name.endswith("his"), name.endswith((".my", ".your"))
    yield name, spelt
    for case, template in _CASES_OF_HIS if his else _CASES:
        suffix, end = _spell("A" if mine and case == "dat" else template, after, harmony)
        yield f"{name}.{case}", spelt + suffix
        if case == "loc":
            yield from _relative(name, spelt + suffix, end, harmony)
        elif case == "ins":
            yield f"{name}.ins", spelt + suffix + "ен"
    yield f"{name}.like", spelt + _spell("нDAй" if his else "DAй", after, harmony)[0]
    if not plain:
        return
    for template in _COPULAS:
        yield f"{name}.is", spelt + _spell(template, after, harmony)[0]
    yield f"{name}.as", spelt + _spell("шA", after, harmony)[0]
    if not name:
        yield "like", _spell("DAйYн", after, harmony)[0]
        yield "more", _spell("рAK" if after == "V" else "YрAK", after, harmony)[0]
        yield "whose", _spell("Nікі", after, harmony)[0]


def _relative(name: str, spelt: str, after: str, harmony: str) -> Iterator[SuffixChain]:
    """-дағы, what is in or at; it takes cases and the plural again."""
    suffix, end = _spell("GY", after, harmony)
    yield f"{name}.at", spelt + suffix
    plural, plural_end = _spell("LAр", end, harmony)
    yield f"{name}.at.pl", spelt + suffix + plural
    for _, template in _CASES:
        yield f"{name}.at.case", spelt + suffix + _spell(template, end, harmony)[0]
        yield f"{name}.at.case", spelt + suffix + plural + _spell(template, plural_end, harmony)[0]


def _verbal(after: str, harmony: str) -> Iterator[SuffixChain]:
    """Chains of a verb; none at all is the imperative."""
    yield "imp", ""
    yield from _finite("", "", after, harmony)
    yield from _participles("", "", after, harmony)
    negation, _ = _spell("BA", after, harmony)
    yield "not.imp", negation
    yield from _finite("not", negation, "V", harmony)
    yield from _participles("not", negation, "V", harmony)


def _finite(no: str, spelt: str, after: str, harmony: str) -> Iterator[SuffixChain]:
    vowel = after == "V"
    present, converb = ("й", "п") if vowel else ("A", "Yп")
    templates = [("past", "DY" + person) for person in _PAST_PERSONS]
    templates += [("if", "сA" + person) for person in _PAST_PERSONS]
    templates += [("pres", present + person) for person in ("дY", "мYн", "сYң", "мYз", "сYз", "сYңдAр", "сYздAр", "м")]
    templates += [("said", converb + person) for person in ("тY", "пYн", "сYң", "пYз", "сYз", "сYздAр")]
    templates += [("cvb", present), ("conv", converb), ("let", "сYн"), ("may", "GAй"), ("since", "GAлY")]
    templates += [("shall", ("" if vowel else "A") + end) for end in ("йYн", "йYK")]
    templates += [("want", "GY" + person) for person in ("м", "ң", "сY", "мYз", "ңYз")]
    templates += [("till", "GAншA")]
    for person in ("ңYз", "ңдAр", "ңYздAр", "ң"):
        imperative = person if vowel else "Y" + person
        templates += [("imp2", imperative), ("imp2", imperative + "шY")]
    if no:
        templates += [("aor", "с" + person) for person in ("", "пYн", "сYң", "пYз", "сYз", "тAн", "тAй", "KA")]
        templates += [("till", "йYншA")]
    else:
        aorist = "р" if vowel else "Aр"
        templates += [("aor", aorist + person) for person in ("", "мYн", "сYң", "мYз", "сYз", "лYK")]
        templates += [("imp2", "шY")]
        if after == "R":  # тұрмын, отырсың, жүрміз
            templates += [("is", person) for person in ("MYн", "сYң", "сYз", "BYз", "сYздAр", "сYңдAр")]
    for name, template in templates:
        yield f"{no}{name}", spelt + _spell(template, after, harmony)[0]


def _participles(no: str, spelt: str, after: str, harmony: str) -> Iterator[SuffixChain]:
    """Infinitive -у and participles with the endings of a noun."""
    for nominal, chain in _nominal("W", harmony, plain=False):
        yield f"{no}inf.{nominal}", f"{spelt}у{chain}"
    present = "й" if after == "V" else "A"
    for name, template in (("did", "GAн"), ("does", present + "тYн")):
        suffix, end = _spell(template, after, harmony)
        for nominal, chain in _nominal(end, harmony):
            yield f"{no}{name}.{nominal}", spelt + suffix + chain
        abstract = suffix + _spell("DYK", end, harmony)[0]
        for tail in ("", _spell("тAн", "T", harmony)[0], _spell("тY", "T", harmony)[0]):
            yield f"{no}{name}.ness", spelt + abstract + tail
        voiced = abstract[:-1] + "ғг"[harmony == FRONT]
        for nominal, chain in _possessed("", "", "T", harmony, plain=False):
            yield f"{no}{name}.ness{nominal}", spelt + voiced + chain
    if not no:
        purpose, _ = _spell("BAK", after, harmony)
        for nominal, chain in _nominal("T", harmony):
            yield f"will.{nominal}", purpose + chain
        yield "willing", purpose + ("шы", "ші")[harmony == FRONT]


def _joined(harmony: str) -> Iterator[tuple[str, str, SuffixChain]]:
    """Where spelling joins stem and ending: what is restored, the classes before, the chain as written."""
    for name, chain in _verbal("R", harmony):  # қой + у, қой + а
        if chain[:1] in ("у", "а"):
            yield "й", "VW", (name, {"у": "ю", "а": "я"}[chain[0]] + chain[1:])
    for name, chain in _verbal("V", harmony):  # оқы + у, оқы + йды
        if chain[:1] in ("у", "й"):
            yield "ыі"[harmony == FRONT], "RLNZTW", (name, {"у": "у", "й": "и"}[chain[0]] + chain[1:])


def every() -> dict[str, list[WordEnding]]:
    """Every ending as spelt → what it can be (score 0). About 20,000 spellings, a quarter of a second."""
    after: defaultdict[tuple[str, bool, str, str, str], set[str]] = defaultdict(set)
    for harmony in (BACK, FRONT):
        for name in CLASSES:
            for label, spelt in _nominal(name, harmony):
                after[spelt, False, label, "", harmony].add(name)
            for label, spelt in _verbal(name, harmony):
                after[spelt, True, label, "", harmony].add(name)
        for restore, classes, (label, spelt) in _joined(harmony):
            after[spelt, True, label, restore, harmony].update(classes)
    both: defaultdict[tuple[str, bool, str, str, str], str] = defaultdict(str)
    for (spelt, verb, label, restore, harmony), classes_ in after.items():
        both[spelt, verb, label, restore, "".join(sorted(classes_))] += harmony
    table: defaultdict[str, list[WordEnding]] = defaultdict(list)
    for (spelt, verb, label, restore, classes_text), harmonies in both.items():
        table[spelt].append(WordEnding(verb, label, restore, classes_text, harmonies if len(harmonies) == 1 else ""))
    return dict(table)
