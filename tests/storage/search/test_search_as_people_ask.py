"""What people type who want to know: short words, questions, numbers, names of the same thing."""

from dataclasses import replace
from datetime import UTC, datetime

from news.filing import file_entry
from news.models import Entry, FiledEntry
from news.queries.query import parse

NOW = 1_800_000_000
TODAY = datetime.fromtimestamp(NOW, UTC).date()


def filed(id_: str, title: str, body: str = "") -> FiledEntry:
    item = file_entry(Entry(id=id_, title=title, body=body, published=datetime.fromtimestamp(NOW - 3600, UTC)))
    assert isinstance(item, FiledEntry)
    return item


async def ids(store, text: str, *, typing: bool = False) -> list[str]:
    found = await store.articles.found(parse(text, TODAY, typing=typing), limit=10, now=NOW)
    return [article.id for article in await store.articles.many([hit.key for hit in found.hits])]


async def first(store, text: str) -> str:
    return (await ids(store, text))[0]


async def save(store, *items: FiledEntry) -> None:
    """Save articles, the first of them the newest."""
    dated = [
        replace(one, entry=replace(one.entry, published=datetime.fromtimestamp(NOW - 3600 * (n + 1), UTC)))
        for n, one in enumerate(items)
    ]
    await store.articles.save(dated, NOW)


async def wrong_firsts(store, cases: dict[str, tuple[str, ...]]) -> list[str]:
    """What was typed where the first of two titles does not come first; the other is the newer one."""
    titles = [title for pair in cases.values() for title in reversed(pair)]
    await save(store, *(filed(str(n), title) for n, title in enumerate(titles)))
    return [typed for n, typed in enumerate(cases) if (await ids(store, typed))[:1] != [str(2 * n + 1)]]


SHORT_WORDS = {
    typed: (meant, longer)
    for typed, meant, longer in [
        ("нан", "Ауылда жаңа нан зауыты ашылды", "Нанесли разметку на дорогах Семея"),
        ("ит", "Жоғалған ит үйіне оралды", "Подведены итоги школьной олимпиады"),
        ("өрт", "Қоймада өрт сөндірілді", "Өртеңді ауданында көпір салынды"),
        ("ЕС", "ЕС и Казахстан договорились о визах", "Естай Мырзаев выиграл турнир"),
        ("ИИ", "Врачи читают снимки с помощью ИИ", "Италия прислала экскаваторы"),
        ("ООН", "Миссия ООН приехала в Тараз", "Он вернулся в родной аул"),
        ("БҰҰ", "БҰҰ өкілі Алматыға келді", "Бүгін қар жауады"),
        ("ІІМ", "ІІМ жаңа форма таныстырды", "Имангелді батыр туралы фильм"),
        ("ҰҚК", "ҰҚК шекарада жаттығу өткізді", "Үкімет отырысы басталды"),
        ("жаз", "Биыл жаз ыстық болады", "Жазушы жаңа кітабын таныстырды"),
    ]
}


async def test_a_short_word_is_meant_before_those_it_begins(store):
    assert await wrong_firsts(store, SHORT_WORDS) == []


async def test_while_it_is_typed_a_short_word_and_those_it_begins_stand_side_by_side(store):
    breads = [filed(f"bread{n}", f"Нан бағасы {n} пайызға өсті") for n in range(12)]
    await save(store, filed("marks", "Нанесли разметку на дорогах Семея"), *breads)
    assert "marks" not in await ids(store, "нан")
    assert "marks" in (await ids(store, "нан", typing=True))[:3]


async def test_letters_doubled_in_a_short_word_make_another_word(store):
    await save(store, filed("he", "Он вернулся в родной аул"))
    assert await ids(store, "ООН") == []


QUESTIONS = {
    asked: (wanted, instead)
    for asked, wanted, instead in [
        ("кто стал акимом Алматы", "Новый аким Алматы представлен депутатам", "Кто стал лучшим бегуном года"),
        ("сколько стоит проезд", "Проезд в автобусах Тараза подорожал", "Сколько стоит собрать ребенка в школу"),
        ("когда поднимут пенсию", "Пенсии вырастут с января", "Когда поднимут затонувший катер"),
        ("қашан су береді", "Алғабаста су кешке дейін болмайды", "Қашан сыйлық береді"),
        ("неге жарық жоқ", "Сайранда жарық өшті", "Неге бос орын жоқ"),
        ("где нет горячей воды", "Без горячей воды остались сорок домов", "Где нет места подвигу"),
    ]
}


async def test_a_question_is_about_its_subject(store):
    assert await wrong_firsts(store, QUESTIONS) == []


async def test_words_that_only_ask_are_words_where_nothing_else_is_asked_for(store):
    await save(store, filed("who", "Кто есть кто в новом маслихате"))
    assert await ids(store, "кто есть кто") == ["who"]


async def test_a_slip_of_a_short_word_does_not_bring_its_forms(store):
    small = [filed(f"small{n}", f"Қарағандыда шағын дүкен ашылды, {n}-хабар") for n in range(12)]
    await save(store, *small, filed("mine", "На шахте в Караганде сменили насосы", "Шахта работает."))
    assert await ids(store, "шахта Караганда") == ["mine"]


NAMES = [
    ("ООН", "БҰҰ өкілі Алматыға келді"),
    ("БҰҰ", "Миссия ООН приехала в Тараз"),
    ("ЕНПФ", "БЖЗҚ салымшыларға хат жолдады"),
    ("БЖЗҚ", "ЕНПФ обновил приложение"),
    ("Өскемен", "В Усть-Каменогорске открыли набережную"),
    ("Усть-Каменогорск", "Өскеменде жағалау ашылды"),
    ("Алмата", "Алматыда метро кеңейеді"),
    ("врач", "Дәрігер ауылға көшіп келді"),
    ("дәрігер", "Врач переехал в аул"),
    ("больница", "Жаңа аурухана ашылды"),
    ("аурухана", "Новую больницу открыли в Таразе"),
    ("больница", "В клинике Тараза открыли отделение"),
    ("ютуб", "Шопан YouTube арнасын ашты"),
    ("youtube", "Чабан завел канал на ютубе"),
    ("ватсап", "Мектептер WhatsApp тобын жабады"),
    ("айфон", "Новый iPhone подорожал"),
    ("ковид", "Вакцину от COVID-19 обновили"),
    ("COVID-19", "Ковидом болеют реже"),
    ("ЛРТ", "LRT маршруты жаңарды"),
    ("LRT", "ЛРТ пустят зимой"),
    ("карона вирус", "Коронавирус стал мягче"),
    ("жерсілкінісі", "Жер сілкінісі сезілді"),
    ("ЕС", "Евросоюз снял запрет на мед"),
    ("искусственный интеллект", "Школам дадут уроки ИИ"),
    ("жасанды интеллект", "ЖИ сабағы мектепке енеді"),
]


async def test_a_long_word_may_have_two_slips(store):
    await save(store, filed("other", "Земельные участки раздали"), filed("quake", "Землетрясение разбудило Алматы"))
    assert await ids(store, "землитресение") == ["quake"]


async def test_one_thing_is_found_by_its_other_names(store):
    await save(store, *(filed(str(n), title) for n, (_, title) in enumerate(NAMES)))
    assert [typed for n, (typed, _) in enumerate(NAMES) if str(n) not in await ids(store, typed)] == []


COUNTED = [
    ("5 миллиардов", "На мост выделили 5 миллиардов тенге", "На мост выделили 86,5 миллиардов тенге"),
    ("5 миллиардов", "Көпірге 5 млрд теңге бөлінді", "Көпірге 86,5 млрд теңге бөлінді"),
    ("1 000 000 тенге", "Школе подарили 1 000 000 тенге", "Школе подарили 1 097 000 тенге"),
    ("1 000 000 тенге", "Мектепке 1 миллион теңге сыйлады", "Мектепке 11 миллион теңге сыйлады"),
    ("75 процентов", "Работу нашли 75% выпускников", "Проценты по вкладам и 75 домов"),
    ("11 декабря", "Мост закроют 11 декабря", "В декабре откроют 11 школ"),
    ("11 декабря", "Көпір 11 желтоқсанда жабылады", "Желтоқсанда 11 мектеп ашылады"),
    ("$300", "За голубя просят 300 долларов", "Трёхсотый дом: триста окон и 300 дверей"),
    ("300 долларов", "Көгершін $300 тұрады", "Долларға 300 адам кезекте тұрды"),
    ("$2 млрд", "Завод обошелся в $2 млрд", "На завод дали 2 млрд тенге, доллар подешевел"),
    ("86,4 процента", "Явка составила 86,4%", "Явка выросла на 4 процента в 86 домах"),
    ("40 %", "Жиынға 40 пайыз қатысты", "Пайыз туралы 40 сұрақ"),
    ("ХХІ ғасыр", "XXI ғасыр мектебі", "Ғасыр саудасы басталды"),
    ("30 тысяч тенге", "Жәрдемақы 30 000 теңге болды", "За 30 тысяч голубей просят много тенге"),
    ("60 мың теңге", "Пособие составит 60 тыс. тенге", "Теңгеге 60 мың адам сенеді"),
]


async def test_a_number_counts_what_is_asked(store):
    await save(store, *(filed(f"wrong{n}", wrong) for n, (*_, wrong) in enumerate(COUNTED)))
    await save(store, *(filed(f"right{n}", right) for n, (_, right, _) in enumerate(COUNTED)))
    missing = [typed for n, (typed, *_) in enumerate(COUNTED) if f"right{n}" not in (await ids(store, typed))[:2]]
    assert missing == []
    assert [typed for typed, *_ in COUNTED if (await first(store, typed)).startswith("wrong")] == []


async def test_words_that_stand_together_in_a_text_come_before_those_far_apart(store):
    far = "Горячая линия акимата работает без выходных. " + "Звонков много, отвечают быстро. " * 20 + "Вода чистая."
    await save(
        store,
        filed("far", "Акимат отвечает", far),
        filed("near", "Акимат отвечает", "В домах нет горячей воды, трубы меняют."),
    )
    assert await first(store, "почему нет горячей воды") == "near"


async def test_where_nothing_holds_all_the_words_the_subject_is_looked_for(store):
    """«Проспект» and «бағасы» say what of it is asked; rarer than the subject, they brought only their own kind."""
    told = [filed(f"назарбаев-{n}", f"Назарбаев принял посла, встреча номер {n}") for n in range(3)]
    told += [filed(f"иное-{n}", f"Соревнования по шахматам, тур {n}") for n in range(40)]
    await save(
        store,
        filed("гагарин", "В Одессе переименовали проспект Гагарина"),
        filed("прием", "Очередь на границе выросла до семисот машин"),
        filed("врач", "Врачи рассказали о весенней аллергии"),
        *told,
    )
    assert (await first(store, "проспект Назарбаева")).startswith("назарбаев")
    assert await first(store, "очередь к врачу") == "врач"


async def test_a_word_that_the_lexicon_knows_is_no_beginning_of_a_surname(store):
    await save(
        store,
        *(filed(f"имя-{n}", f"Декан Хлебников открыл конференцию {n}") for n in range(8)),
        filed("хлеб", "Новый хлеб в ауле"),
        filed("нан", "Талғарда нан зауыты ашылды"),
    )
    assert (await ids(store, "хлеб"))[:2] == ["хлеб", "нан"]


async def test_a_word_of_the_dictionary_is_no_other_word(store):
    """«Сель» has the skeleton of «сел», «декрет» is a letter from «секрет»: who types them means them."""
    newer = [filed(f"сел-{n}", f"Самолет сел в Семее, рейс {n}") for n in range(12)]
    newer += [filed(f"секрет-{n}", f"Повар раскрыл секрет плова, номер {n}") for n in range(12)]
    await save(store, *newer, filed("сели", "Три дома унесли сели"), filed("декрет", "Выплаты на декрет вырастут"))
    assert (await ids(store, "сель"))[:1] == ["сели"]
    assert await ids(store, "декрет выплаты") == ["декрет"]


async def test_a_questions_verb_is_looked_for_before_its_subject_alone(store):
    newer = [filed(f"самолет-{n}", f"Самолет прилетел в Тараз, рейс {n}") for n in range(60)]
    await save(store, *newer, filed("упал", "Учебный самолет упал в степи"))
    assert await first(store, "почему упал самолет") == "упал"


async def test_who_asks_for_one_thing_finds_its_name_before_what_is_like_it(store):
    await save(
        store,
        *(filed(f"су-{n}", f"Ауылға ауыз су келді, {n}-үй") for n in range(12)),
        filed("водоканал", "Должников стало меньше", "Водоканал обещает рассрочку."),
        filed("нысан", "Жаңа нысан ашылды"),
        filed("нысанбаев", "Министр приехал в Тараз", "Ерлан Нысанбаев осмотрел лес."),
    )
    assert await first(store, "водоканал") == "водоканал"
    assert await first(store, "Нысанбаев") == "нысанбаев"


async def test_what_was_done_is_less_than_what_it_was_done_to(store):
    told = [filed(f"иное-{n}", f"Закрыли сезон шахматисты, тур {n}") for n in range(3)]
    await save(store, *told, *(filed(f"детсад-{n}", f"Детсад на улице Мира, {n}, ждет детей") for n in range(6)))
    assert (await first(store, "детсад закрыли")).startswith("детсад")


async def test_a_sign_between_latin_letters_is_a_key_of_the_other_layout(store):
    await save(store, filed("рб", "Сборная РБ приехала в Астану"), filed("пробки", "В Алматы пробки по десять баллов"))
    assert await first(store, "ghj,rb") == "пробки"


async def test_one_fair_answer_is_followed_by_what_holds_some_of_the_words(store):
    await save(
        store,
        filed(
            "все",
            "Малокомплектных школ в районе 273, организация бесплатного питания, в том числе горячего, есть в каждой",
        ),
        filed("часть", "Питание в больницах проверили"),
        *(filed(f"иное-{n}", f"Соревнования по шахматам, день {n}") for n in range(20)),
    )
    assert (await ids(store, "горячее питание школа"))[:2] == ["все", "часть"]


async def test_two_rare_words_of_a_headline_tell_its_translation_from_what_shares_its_common_ones(store):
    """The other language's article is found by what is rare in it, however many newer ones hold the common words."""
    common = [filed(f"c{n}", f"Қазақстан президенті Астанада жаңа жоба туралы айтты {n}") for n in range(60)]
    told = filed("told", "Қызылшаға қарсы екпе Таразда 1200 балаға салынды")
    await save(store, *common, told)
    asked = "Президент Казахстана рассказал в Астане: прививку от кори в Таразе получили 1200 детей"
    assert (await ids(store, asked))[0] == "told"


async def test_an_article_that_shares_only_a_chance_word_is_no_answer(store):
    bodies = ("Завтра движение будет закрыто", "Зал будет открыт в пятницу", "Қала әкімі халыққа арнау сөзін айтты")
    await save(store, *(filed(str(n), f"Заголовок номер {n}", body) for n, body in enumerate(bodies)))
    for typed in ("завтра будет дождь", "когда будет концерт", "Бектеновтің сөзі қандай"):
        assert await ids(store, typed) == []


async def test_an_article_with_one_of_two_telling_words_in_its_title_is_an_answer(store):
    await save(store, filed("bridge", "Мост в Семее закрыт на ремонт"), filed("other", "Открыта школа"))
    assert await ids(store, "мост разведут") == ["bridge"]


async def test_what_does_not_count_what_was_asked_is_no_answer_to_it(store):
    await save(store, filed("other", "На мост дали 7 млрд тенге, на 5 школ меньше"))
    found = await store.articles.found(parse("5 млрд тенге", TODAY), limit=10, now=NOW)
    assert [found.exact, len(found.hits)] == [False, 1]


async def test_an_article_with_the_verb_alone_tells_nothing_of_the_subject(store):
    await save(store, filed("grown", "Город вырос на три квартала"), filed("else", "Шахматисты сыграли вничью"))
    assert await ids(store, "гречка выросла") == []


async def test_a_word_of_the_lexicon_is_shown_as_no_other(store):
    await save(store, filed("wage", "Жалақы екі есе өсті"), filed("fare", "Проезд подорожал"))
    found = await store.articles.found(parse("жолақы", TODAY), limit=10, now=NOW)
    assert found.corrected is None
    assert await ids(store, "жолақы") == ["fare"]


async def test_a_short_word_of_the_lexicon_that_no_article_has_begins_no_other(store):
    await save(store, filed("town", "Қарағандыда цирк ашылды"), filed("snow", "В Таразе выпал снег"))
    assert await ids(store, "қар") == ["snow"]
    assert "town" in await ids(store, "қар", typing=True)


async def test_a_name_with_an_ending_is_no_latin_word_on_the_other_layout(store):
    """The keys of «Бекшинге» give «tribyut» on the Latin layout, which reads like «трибьют»."""
    await save(
        store, filed("tribute", "Трибьют рок-группе дадут в Таразе"), filed("doctor", "Бекшин масалар туралы айтты")
    )
    assert await first(store, "Бекшинге") == "doctor"


async def test_a_surname_in_kazakh_letters_is_found_in_russian_texts(store):
    await save(store, filed("builder", "Шукеев напомнил строителям о сроках"))
    assert await ids(store, "Шүкеевті") == ["builder"]


async def test_a_short_word_with_a_kazakh_letter_begins_only_what_has_it(store):
    centres = [filed(f"centre-{n}", f"Орталық аурухана {n} ашылды") for n in range(12)]
    await save(store, *centres, filed("fire", "Ауруханада өрт сөндірілді"))
    found = await store.articles.found(parse("аурухана өрт", TODAY), limit=10, now=NOW)
    assert found.whole == 1


async def test_what_holds_all_the_words_when_a_slip_is_put_right_is_no_mere_likeness(store):
    await save(store, filed("run", "Полумарафон прошёл в Актау"))
    found = await store.articles.found(parse("полумарфон актау", TODAY), limit=10, now=NOW)
    assert (found.corrected, found.exact) == ("полумарафон актау", True)


async def test_a_town_that_articles_have_in_another_form_is_shown_as_it_was_typed(store):
    await save(store, filed("own", "Школа в Усть-Каменогорске открыта"), filed("short", "УКК открыла школу"))
    found = await store.articles.found(parse("усть-каменогорск школа", TODAY), limit=10, now=NOW)
    assert found.corrected is None


async def test_a_former_name_of_two_words_is_shown_as_one_town(store):
    await save(store, filed("town", "Метро в Алматы продлят"), filed("word", "Ата-баба мұрасы"))
    found = await store.articles.found(parse("алма-ата метро", TODAY), limit=10, now=NOW)
    assert found.corrected == "алматы метро"
