"""What people say instead of commands: kinds of it in both languages, and what must stay a search."""

import json
from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.learn_intents import in_words
from news.feeds.source import outlets
from news.intents.beyond import beyond
from news.intents.clauses import clauses, put_right, wishes_in
from news.intents.hours import hours_in, intents_table
from news.intents.outlets import outlet_asked
from news.intents.pointing import Pointed, named_in_list, pointed_at
from news.intents.spelling import DENIED, Spellings
from news.intents.timed import timed
from news.intents.understanding import Intent, Question, trouble, understand
from news.language.analyse import words
from news.language.frequency import is_known
from news.subject.outlets import names_outlet

HERE = Path(__file__).resolve().parent
QUERIES = HERE.parents[2] / "shared" / "eval" / "queries.jsonl"
TODAY = date(2026, 11, 22)
WANTED = 0.97


def said():
    lines = (HERE / "said.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


def test_what_people_say_is_understood_in_both_languages():
    wrong = [(text, wanted, got) for text, wanted in said() if (got := in_words(understand(text, TODAY))) != wanted]
    assert len(wrong) <= (1 - WANTED) * len(said()), wrong


def test_no_sentence_stands_in_the_table_twice():
    texts = [text for text, _ in said()]
    assert len(set(texts)) == len(texts) >= 200


def test_one_word_searches_stay_searches():
    words = (HERE / "one_word_searches.txt").read_text(encoding="utf-8").split()
    assert len(set(words)) >= 300
    assert [word for word in words if understand(word, TODAY) is not None] == []


@pytest.mark.skipif(not QUERIES.exists(), reason="../shared/eval is not beside the project")
def test_no_query_that_was_searched_for_is_taken_for_an_intent():
    queries = [json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert [query for query in queries if isinstance(understand(query, TODAY), Intent)] == []


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("отрубили воду", "outages"),
        ("су келмей жатыр", "outages"),
        ("үй суық", "outages"),
        ("лифт сломался", "housing"),
        ("мусор никто не вывозит", "housing"),
        ("көшеде мұз", "roads"),
        ("автобуса нет", "public-transport"),
        ("дышать невозможно", "air"),
        ("ауа қандай", "air"),
        ("трясет!", "emergencies"),
        ("вода в реке", None),
        ("новый автобус", None),
        ("жаңа жол", None),
        ("газ бағасы", None),
        ("воду отключили в семи домах по улице Абая", None),
    ],
)
def test_what_is_wrong_offers_its_topic(text, topic):
    assert trouble(text) == topic


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("вызовите такси к вокзалу", "order"),
        ("маған такси шақыршы", "order"),
        ("купи мне билет до Семея", "order"),
        ("есть билеты на концерт", "tickets"),
        ("ертеңге билет бар ма", "tickets"),
        ("срочно вызови скорую", "emergency"),
        ("жедел жәрдем шақырыңызшы", "emergency"),
        ("как вызвать полицию", "emergency"),
        ("спой что-нибудь", "fun"),
        ("әзіл айтып берші", "fun"),
        ("напиши сочинение про осень", "homework"),
        ("баяндамамды жазып бересің бе", "homework"),
        ("прочитай голосом", "aloud"),
        ("жаңалықты дауыстап айт", "aloud"),
        ("дауыстап оқышы", "aloud"),
        ("сделай буквы крупнее", "letters"),
        ("әріптері тым ұсақ", "letters"),
        ("займи денег до зарплаты", "money"),
        ("у вас ошибка в статье", "editors"),
        ("журналистке как написать", "editors"),
        ("в whatsapp можно?", "messengers"),
        ("когда сегодня намаз", "prayer"),
        ("ищу работу, есть вакансии?", "jobs"),
        ("что значит слово брифинг", "meaning"),
        ("бұл не деген сөз екен", "meaning"),
        ("где найти что я читал", "history"),
        ("бәрін бұрынғыдай қайтаршы", "undo"),
        ("какой же ты бестолковый", "sorry"),
        ("два раза одно и то же прислали", "same"),
        ("тек жақсы жаңалық берші", "good"),
        ("разбуди меня завтра в 7", "reminder"),
        ("случайно нажала верни", "undo"),
        ("скажи что-нибудь доброе", "good"),
        ("ертең ескертіп жіберші сағатта", "reminder"),
        ("переведи эту статью", "translation"),
        ("мына жаңалықты аударып берші", "translation"),
        ("сообщи если подорожает", None),
        ("перевод часов", None),
        ("вызов такси подорожал", None),
        ("билеты на самолёт", None),
        ("скорая помощь Алматы", None),
        ("расскажи про стихи Абая", None),
        ("ошибка в законе", None),
        ("намаз", None),
        ("вакансии в школах", None),
        ("хорошие новости", None),
        ("жақсы жаңалық", None),
        ("одно ДТП за два дня", None),
    ],
)
def test_what_the_bot_cannot_do_is_told_from_news_of_it(text, kind):
    assert beyond(text) == kind


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("не присылай мне больше про футбол надоело", "hide футбол"),
        ("про выборы мне не шлите надоели", "hide выборы"),
        ("осы спорт дегенді алып тасташы", "hide спорт"),
        ("сериалды көргім келмейд", "hide сериал"),
        ("әкімдік не деп жатыр", "ask әкімдік"),  # here «не» asks
        ("короче маған Тараз ғана керек", "city taraz"),  # nothing is to be hidden
        ("только политику не показывай", "hide политика"),
        ("убери всё кроме метро", "subscriptions"),
        ("я не из Тараза", "city"),
        ("мне неинтересен хоккей", "hide хоккей"),
        ("спорттан басқасының бәрін жібер", "subscriptions"),
        ("больше про экологию давай", "follow экология"),
        ("поменьше политики", "hide политика"),
        ("тым ерте келіп жатыр", "hours"),
        ("я из Тараза", "city taraz"),
        ("жер сілкінсе бірден айтарсың", "follow Төтенше жағдайлар"),
    ],
)
def test_a_wish_has_the_shortest_object_in_its_dictionary_form(text, wished):
    assert in_words(understand(text, TODAY)) == wished


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("нет, я про Тараз", "Тараз"),
        ("жоқ мен Семейді айтам", "Семейді"),
        ("кешіріңіз, Атырау емес Ақтау", "Ақтау"),
        ("не про школы а про детские сады", "детские сады"),
        ("тогда просто парк", "парк"),
        ("кешегісі емес, осы айдағысы керек", "осы айдағысы"),
        ("не работает светофор, а чинить кто будет", None),
        ("су таза емес кім жауап береді", None),
        ("нет воды", None),
        ("нет света в Таразе", None),
        ("жоқ адам", None),
        ("керек емес қате басып қойдым", None),
        ("нет не то", None),
    ],
)
def test_what_a_message_puts_right_is_told_from_what_there_is_not(text, meant):
    assert put_right(text) == meant


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("скрой политику, надоела уже", ["скрой политику"]),
        ("найди про школы и заодно поставь на паузу", ["поставь на паузу"]),
        ("спортты көрсетпе, жүйкеме тиіп кетті", ["спортты көрсетпе"]),
        ("пожар в Таразе, есть пострадавшие", []),
        ("мал ауруы, аусыл", []),
    ],
)
def test_the_part_of_a_message_that_is_a_wish_is_found(text, wishes):
    assert wishes_in(text, TODAY) == wishes


@pytest.mark.skipif(not QUERIES.exists(), reason="../shared/eval is not beside the project")
def test_no_part_of_a_query_that_was_searched_for_is_a_wish():
    queries = [json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert [query for query in queries if clauses(query) and wishes_in(query, TODAY)] == []


@pytest.mark.parametrize(
    ("text", "minutes", "named"),
    [
        ("присылай новости Тараза каждый день в 7 утра", (420,), "taraz"),
        ("күнде кешкі сегізде Семейдің жаңалығын жіберіп тұршы", (1200,), "semey"),
        ("спорт саласындағы жаңалықтарды сағат 18-ге қойып беріңізші", (1080,), "sport"),
        ("пришли в 8 утра по дорогам", (480,), "roads"),
        ("таңғы жетіде жол жаңалығын жіберші", (420,), "roads"),
        ("отправляй по слову ярмарка к 10", (600,), "ярмарка"),
        ("шлите мне вечером, когда дети уснут", (1140,), None),
        ("таңертең бір, кешке бір рет жібер", (480, 1140), None),
        ("жұмыстан кейін жібер, кешкі жетіде", (1140,), None),  # «жұмыстан кейін» are no working days
        ("не присылай ничего в 9 утра", None, None),
        ("в 9 утра не присылай", None, None),
        ("сағат тоғызда жібермеші", None, None),
        ("почему в 9 ничего не пришло", None, None),
        ("пожар в 9 утра в Таразе", None, None),
        ("кеш екен ертерек жіберші", None, None),  # late, not in the evening
        ("күніне бір рет қана жібер", None, None),  # how often, not when
        ("включи уведомления только днём", None, None),
    ],
)
def test_an_hour_is_heard_among_what_is_to_be_sent(text, minutes, named):
    found = timed(text)
    assert (found.hours.minutes if found else None) == minutes
    assert named is None or (found and named in (found.city, found.topic, found.words))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("сегіз ерте екен, он болсын", (600,)),
        ("утром и вечером", (480, 1140)),
        ("автобус 79", None),
        ("ямы на Абая 15", None),
    ],
)
def test_where_hours_were_spoken_of_to_name_them_is_enough(text, minutes):
    found = timed(text, asked=True)
    assert (found.hours.minutes if found else None) == minutes


@pytest.mark.skipif(not QUERIES.exists(), reason="../shared/eval is not beside the project")
def test_no_query_that_was_searched_for_names_an_hour_to_send_at():
    queries = [json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert [query for query in queries if timed(query)] == []


@pytest.mark.parametrize(
    ("text", "names", "days"),
    [
        ("что пишет Курсив", ("Курсив",), ""),
        ("курсив сегодня что пишет", ("курсив",), "сегодня"),
        ("покажи новости тенгри", ("тенгри",), ""),
        ("тенгриден не шықты", ("тенгриден",), ""),
        ("орда мен курсив не деп жатыр", ("орда", "курсив"), ""),
        ("хочу почитать stan.kz", ("stan",), ""),
        ("что пишут про время", None, ""),  # about time, not by «Время»
        ("покажи время", None, ""),
        ("новости Костаная", None, ""),
        ("пожар на рынке", None, ""),
    ],
)
def test_names_of_outlets_are_told_from_what_news_are_about(text, names, days):
    found = outlet_asked(text, TODAY)
    assert (tuple(one[-1] for one in found.names) if found else None) == names
    assert names is None or (found and found.days == days)


@pytest.mark.skipif(not QUERIES.exists(), reason="../shared/eval is not beside the project")
def test_no_query_that_was_searched_for_asks_for_an_outlet():
    def named(query):
        found = outlet_asked(query, TODAY)
        return found and all(
            any(names_outlet(one, outlet.name, outlet.address) for one in read for outlet in outlets())
            for read in found.names
        )

    queries = [json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert list(filter(named, queries)) == []


@given(st.text(max_size=120))
def test_any_text_names_outlets_or_none(text):
    found = outlet_asked(text, TODAY)
    assert found is None or all(found.names)


@given(st.text(max_size=120), st.booleans())
def test_any_text_names_hours_of_a_day_or_none(text, asked):
    found = timed(text, asked=asked)
    assert found is None or all(0 <= minute < 1440 for minute in found.hours.minutes)


@given(st.text(max_size=120))
def test_any_text_has_parts_and_is_put_right_or_not(text):
    assert len(clauses(text)) != 1
    meant = put_right(text)
    assert meant is None or words(meant)


@given(st.text(max_size=80))
def test_any_text_is_beyond_the_bot_or_is_not(text):
    assert beyond(text) is None or beyond(text) in intents_table()["beyond"]


@given(st.text(max_size=200))
def test_anything_at_all_is_understood_or_searched_for(text):
    trouble(text)
    assert understand(text, TODAY) is None or isinstance(understand(text, TODAY), Intent | Question)


@given(st.integers(0, 23), st.sampled_from([0, 5, 10, 15, 30, 45, 55]), st.sampled_from([":", ".", "-"]))
def test_a_clock_time_is_read_as_printed(hour, minute, mark):
    found = hours_in(f"{hour}{mark}{minute:02}")
    assert found is not None
    assert found.minutes == (hour * 60 + minute,)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("а можно не в 9 а в 10?", (600,)),
        ("таңертең алтыда келмесін, сегізде келсін", (480,)),
        ("в шесть утра не надо, присылай в восемь", (480,)),
        ("присылай в 8, не в 9", (480,)),
        ("в 8 утра, не позже, присылай новости", (480,)),
        ("хочу получать новости утром в 6:45", (405,)),  # «получать» is no half of an hour
        ("сағат онда жібер", (600,)),
        ("онда жібер", None),  # «then»
    ],
)
def test_an_hour_is_what_is_wanted_not_what_is_refused(text, hours):
    found = hours_in(text)
    assert (found.minutes if found else None) == hours


SPELLINGS = Spellings(
    {
        "send": ["жібер^", "присыла^"],
        "settings": ["параметр"],
        "help": ["көмектес!", "помогите"],
        "save": ["сохранять^~"],
        "show": ["показывать^"],
        "hide": ["жасыр^!", "скрыть^!"],
        "resume": ["қос^"],
    }
)


@pytest.mark.parametrize(
    ("word", "meanings"),
    [
        ("жіберіңізші", {"send"}),
        ("жиберсениз", {"send"}),
        ("zhiberip", {"send"}),
        ("жібермеңіздерші", {"send", DENIED}),
        ("жібермейсің", {"send", DENIED}),
        ("присылайте", {"send"}),
        ("жіберді", set()),  # told of the past: news says so
        ("параметрлерімді", {"settings"}),
        ("параметрами", {"settings"}),
        ("көмектесті", set()),
        ("показываешь", {"show"}),
        ("показывал", set()),
        ("сохраняла", {"save"}),
        ("жасырыңызшы", {"hide"}),
        ("жасыру", set()),  # no request
        ("скройте", {"hide"}),
        ("скрыть", set()),
        ("қоссаңшы", {"resume"}),  # two letters that meet are one
        ("памагите", {"help"}),  # as it is said
    ],
)
def test_a_verb_is_known_in_its_forms_and_a_long_word_with_its_endings(word, meanings):
    assert SPELLINGS.meanings(word) == meanings


def test_a_verb_with_endings_without_end_is_read_at_once():
    began = monotonic()
    for ending in ("ин", "и", "ама", "ш", "ғыы"):
        SPELLINGS.meanings("жібер" + ending * 60)
    assert monotonic() - began < 1


def test_what_a_word_means_for_sure_it_means_by_its_own_pattern():
    assert SPELLINGS.surely("параметрлер") == SPELLINGS.surely("жіберіңіз") == frozenset()
    assert SPELLINGS.surely("параметр") == {"settings"}


def test_how_long_is_no_object_of_a_wish():
    assert in_words(understand("бір ай бойы жіберме", TODAY)) == "pause"
    assert in_words(understand("сендердің хабарларың керек емес", TODAY)) != "hide сен"


@pytest.mark.parametrize(
    "word", ["настрйоки", "жібреініз", "подпсика", "пампушками", "шіркеуі", "послдение", "хабралама"]
)
def test_a_slip_that_is_not_looked_for_would_not_be_one(word):
    words = {"a": ["настройки~", "подпис~", "последн~"], "b": ["жібер^", "хабарлама~", "отписаться^", "өшір^"]}
    thorough = Spellings(words)
    thorough._may_begin = lambda key: True  # every slip there is
    assert Spellings(words).slipped(word) == thorough.slipped(word)


def test_words_of_news_are_known_in_any_form_and_slips_are_not():
    assert all(map(is_known, ("автобусы", "метра", "жарық", "мектептерге")))
    assert not any(map(is_known, ("автобсы", "пожра", "мктеп")))


POINTING = {
    Pointed(
        "open", 2
    ): """2|№2|2-я|вторая|открой вторую|а вторая?|под номером 2|что там про вторую|екінші|екіншісін аш|2-ші
        |2-шісін көрсет|екінші жаңалықты оқы|екіншісі туралы айт""",
    Pointed("read", 3): "читай третью|третью подробнее|үшіншісін толығырақ",
    Pointed("read", None): "подробнее|а подробнее|толығырақ|толық оқимын",
    Pointed("next", None): "дальше|әрі қарай",
    Pointed("following", None): "а ещё|ещё новости|следующая страница|келесі",
    Pointed("save", None): "сохрани это|мұны сақтап қой|сохрани потом дочитаю|мынаны сақтап қойшы кейін оқимын",
    Pointed("save", 1): "сохрани первую|біріншісін сақта",
    Pointed("less", None): "неинтересно|больше не показывай такое|маған қызық емес|мұндайды көрсетпе",
    Pointed("track", None): "следи за этим|осыны бақыла",
    Pointed("story", None): "кто ещё об этом пишет|тағы кім жазды",
    Pointed("why", None): "почему мне это показали|неге маған мұны көрсеттің",
    Pointed("link", None): (
        "дай ссылку|поделиться|сілтеме бер|ссылкасын тастай салшы|мұны дочке как отправить|бұны інімге қалай жіберем|"
        "внукам как переслать"
    ),
    Pointed("save", 2, (4,)): "вторую и четвёртую сохрани|2 мен 4-ті сақтап қой",
    Pointed("open", -1): "последнюю|открой последнюю|ең соңғысын аш",
    Pointed("short", None): "покороче|давай кратко|тым ұзын, қысқаша айт",
    Pointed("alike", None): "есть похожие?|осыған ұқсас тағы не бар",
    Pointed("back", None): "назад|вернись обратно|алдыңғы бетке қайтшы",
    Pointed("source", None): "кто это написал то|мұны қай сайт жазыпты",
    None: """вторая очередь метро|2 недели|первая городская больница|автобус 79|бірінші мамыр|екінші мектеп|вторник|2 миллиона
        |первый канал|8 марта|2:0|2026|пауза на 3 дня|первое сентября|текст песни|открытие школы|а вот|2 и 3|!|сохрани природу
        |последние новости|соңғы жаңалықтар|сохрани лес и реки|похожие преступления в Таразе
        |почему нет воды|су неге жоқ|не показывай рекламу|следи за метро|кто аким|источник воды""",
}


@pytest.mark.parametrize(
    ("text", "pointed"), [(text.strip(), one) for one, texts in POINTING.items() for text in texts.split("|")]
)
def test_words_for_what_was_shown_are_told_from_words_to_search_for(text, pointed):
    assert pointed_at(text) == pointed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("открой ту что про мост", ("open", "мост")),
        ("анау жол туралысын ашшы", ("open", "жол")),
        ("сохрани про школы", ("save", "школы")),
        ("удали отсюда про рынок", ("remove", "рынок")),
        ("новости про мост", None),
        ("расскажи про мост", None),
        ("мост через Тобол", None),
    ],
)
def test_an_article_of_a_list_is_named_by_what_it_is_about(text, named):
    found = named_in_list(text)
    assert (found and (found[0].deed, found[1])) == named


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("слушай бензин опять подорожал что ли", "бензин подорожал что"),
        ("короче пособия когда уже дадут", "пособия когда дадут"),
        ("әкім ауысыпты дейді ғой енді", "әкім ауысыпты"),
        (
            "надо найти статью для доклада там про каспий и тюленей как они вымирают что ли короче",
            "доклада каспий тюленей вымирают",
        ),
        ("ремонт дорог в Таразе", None),
        ("опять дожди", None),
    ],
)
def test_words_that_only_fill_what_is_said_are_not_looked_for(text, query):
    found = understand(text, TODAY)
    assert (found.query if isinstance(found, Question) and not found.topic else None) == query


@given(st.text(max_size=60))
def test_any_text_speaks_of_what_was_shown_or_does_not(text):
    named_in_list(text)
    found = pointed_at(text)
    assert found is None or found.number is None or -1 <= found.number < 100
