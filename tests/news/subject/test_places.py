"""Places: named in a text, and meant by a person, whatever the name of that year was."""

import pytest

from news.subject import places
from news.subject.reading import terms_of


@pytest.mark.parametrize(
    ("text", "language", "slugs"),
    [
        ("В Алматы и Караганде выпал снег", "ru", {"almaty", "karaganda"}),
        ("Алматыда және Қарағандыда қар жауды", "kk", {"almaty", "karaganda"}),
        ("Нұр-Сұлтанда", "kk", {"astana"}),
        ("Елордада жаңа көпір ашылды", "kk", {"astana"}),
        ("В Медеуском районе не будет воды", "ru", {"almaty-medeu", "almaty"}),
        ("Медеу ауданында су болмайды", "kk", {"almaty-medeu", "almaty"}),
        ("В Абайском районе построили школу", "ru", set()),
        ("В Абайском районе Шымкента построили школу", "ru", {"shymkent", "shymkent-abay"}),
        ("На проспекте Абая пробка", "ru", set()),
        ("В городе Абай открыли парк", "ru", {"abay-karaganda"}),
        ("Семей погибших навестил аким", "ru", set()),
        ("Семейде өрт шықты", "kk", {"semey"}),
        ("Фермеры Западно-Казахстанской области", "ru", {"west-kazakhstan-region"}),
        ("Батыс Қазақстан облысының фермерлері", "kk", {"west-kazakhstan-region"}),
        ("Уральский федеральный округ", "ru", set()),
        ("в Уральске", "ru", {"oral"}),
        ("вчера шу дул ветер", "ru", set()),
        ("Almaty", "en", set()),
    ],
)
def test_a_text_names_its_places(text, language, slugs):
    assert set(places.find(text, language)) == slugs


def test_the_most_named_place_comes_first():
    assert places.find("Из Тараза в Астану. Астана ждёт гостей", "ru") == ("astana", "taraz")


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ("Целиноград", "astana"),
        ("Нур-Султан", "astana"),
        ("алматыда", "almaty"),
        ("Алма-Ата", "almaty"),
        ("Алма-Ате", "almaty"),
        ("Гурьев", "atyrau"),
        ("Өскемен", "oskemen"),
        ("усть-каменогорске", "oskemen"),
        ("Джамбул", "taraz"),
        ("ЗКО", "west-kazakhstan-region"),
        ("Алматинская область", "almaty-region"),
        ("Алматы облысы", "almaty-region"),
        ("almaty", "almaty"),
        ("Медеуский район", "almaty-medeu"),
        ("Медеу", "almaty-medeu"),
        ("медеуский", "almaty-medeu"),
        ("Сарыарқа", "astana-saryarka"),
        ("Жетысу", "zhetysu-region"),
        ("Алма-Атинская", "almaty-region"),
        ("Алатау", "alatau"),
        ("Qaraganda", "karaganda"),
        ("Nur-Sultan", "astana"),
        ("Aqtau", "aktau"),
        ("Туран", "shymkent-turan"),
        ("Paris", None),
        ("Париж", None),
        ("", None),
    ],
)
def test_a_person_names_a_place_as_they_know_it(said, slug):
    assert places.resolve(said) == slug


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("целиноград", [(0, 1, ("астана",))]),
        ("новости целинограда", [(1, 2, ("астана",))]),
        ("гурьевте су", [(0, 1, ("атырау",))]),
        ("школы в алма ате", [(2, 4, ("алматы",))]),
        ("талды курган", [(0, 2, ("талдыкорган", "талдықорған"))]),
        ("джамбул", [(0, 1, ("тараз",))]),
        ("шевченко", [(0, 1, ("актау", "ақтау"))]),
        ("стихи шевченко", []),
        ("верный друг", []),
        ("астана", []),
        ("уральск", []),
        ("", []),
    ],
)
def test_a_former_name_in_a_query_stands_for_today_s(typed, found):
    assert places.renamed(typed.split()) == found


def test_every_name_resolves_and_every_parent_exists():
    for place in places.PLACES.values():
        assert place.parent == "kazakhstan" or place.parent in places.PLACES
        assert places.resolve(place.slug) == place.slug
        for spoken in (place.ru, place.kk, *place.other):
            assert places.resolve(spoken) is not None, spoken
    assert sum(place.kind == "region" for place in places.PLACES.values()) == 17
    assert sum(place.kind == "city" for place in places.PLACES.values()) == 3


def test_an_article_is_filed_under_its_places_and_what_they_lie_in():
    about = terms_of("Школу в Темиртау открыли", "Аким Караганды приехал в Темиртау.", "ru").places
    assert about == ("temirtau", "karaganda", "karaganda-region")
