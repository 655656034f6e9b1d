import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language.detect import detect

LANGUAGES = {"ru", "kk", "uk", "be", "ky", "tt", "ba", "tg", "mn", "bg", "mk", "sr", "en", "uz", "tr", "az", "de", "fr"}
LANGUAGES |= {"es", "ar", "he", "el", "ka", "hy", "ko", "ja", "zh", "hi", "th", None}


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("В Алматы открыли новую школу", "ru"),
        ("Алматыда жаңа мектеп ашылды", "kk"),
        ("Алматыда жана мектеп ашылды", "kk"),
        ("Алты адам аман калды", "kk"),
        ("В Алматы открыли новую школу имени Қаныш Сәтбаев", "ru"),
        ("«Хабар 24» арнасы деп аталады", "kk"),
        ("Qazaqstan bügin jaña mektep aşty, dep habarlady", "kk"),
        ("Qazaqstan búgin jańa mektep ashty dep habarlady", "kk"),
        ("New school opens in the city", "en"),
        ("Бүгүн Бишкекте жаңы мектеп ачылды, деп билдирди өкмөт", "ky"),
        ("Казанда яңа мәктәп ачылды һәм балалар укырга керде", "tt"),
        ("У Києві відкрили нову школу для дітей", "uk"),
        ("Toshkentda yangi maktab ochildi va bolalar oʻqishni boshladi", "uz"),
        ("Ankara'da yeni bir okul açıldı ve çocuklar derse başladı", "tr"),
        ("北京新学校", "zh"),
        ("На Украине описали последствия потери Часова Яра", "ru"),
        ("Адвокат заявил о госпитализации Харви Вайнштейна", "ru"),
        ("Лауреат конкурса «Мерейлi отбасы» назван в Костанае", "ru"),
        ("Кметът откри новото училище в центъра на града", "bg"),
        ("У Мінску адкрылі новую школу для дзяцей горада", "be"),
        ("Бұл Baker Hughes a GE Company", "kk"),
        ("Автор романа «Абай жолы» родился сто лет назад", "ru"),
        ("Сорокина Ирина Николаевна - Павлодар облысы денсаулық сақтау департаментінің басшысы", "kk"),
        ("Сергей Иванович Петров назначен послом, его сменил Қаныш Әбенов", "ru"),
        ("Касым-Жомарт Токаев провел встречу с послом", "ru"),
        ("Касым-Жомарт Токаев принял Олжаса Бектенова", "ru"),
        ("Олжас Бектенов поручил ускорить строительство дорог", "ru"),
        ("Депутаты маслихата Астаны утвердили бюджет", "ru"),
        ("Қасым-Жомарт Тоқаев елшіні қабылдады", "kk"),
        ("Касым-Жомарт Токаев елшини кабылдады", "kk"),
        ("Захарова назвала «формулу мира» Зеленского ультиматумом", "ru"),
        ("Дәния Еспаева — 5 процент алды", "kk"),
        ("Айдар Берікұлы, Сергей Петров", "kk"),
        ("Знакомая Анны Смит", "ru"),
        ("«Новый путь: мечты и дела» деп", "kk"),
        ("12.5 !", None),
        ("", None),
        ("Ноутбук арқылы, онлайн", "kk"),
        ("Вулканы в Камчатке", "ru"),
        ("Арман Шораев возмущен", "ru"),
        ("Дана бала айтты", "kk"),
        ("Сенат депутаты Мурат Бахтиярулы министрді сынады", "kk"),
        ("Зендея уехала на фестиваль", "ru"),
    ],
)
def test_the_language_of_a_title_is_recognised(title, language):
    assert detect(title) == language


def test_title_and_lead_decide():
    assert detect("Елена Соловьёва", "Әншінің жаңа альбомы Алматыда таныстырылды") == "kk"


def test_where_title_and_lead_differ_the_body_decides():
    kazakh = "Қалада жаңа мектеп ашылды. Оқушылар қыркүйекте сабаққа келеді. " * 10
    assert detect("Новая школа открылась в Алматы", kazakh) == "kk"


@pytest.mark.parametrize(
    ("title", "body", "language"),
    [
        ("Пожар на складе в Алматы потушили за два часа", "Алматы. 28 ноября.", "ru"),
        ("Алматыда қоймадағы өрт сөндірілді", "Читать далее", "kk"),
        ("Алматыда қоймадағы өрт сөндірілді", "Фото", "kk"),
        ("В Алматы потушили пожар", "Толығырақ оқу", "ru"),
    ],
)
def test_a_line_for_a_body_decides_nothing(title, body, language):
    assert detect(title, body) == language


@given(st.text(), st.text())
def test_any_text_has_an_answer(title, body):
    assert detect(title, body) in LANGUAGES
