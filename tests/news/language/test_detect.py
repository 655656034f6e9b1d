import pytest

from news.language.detect import detect


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("В Алматы открыли новую школу", "ru"),
        ("Алматыда жаңа мектеп ашылды", "kk"),
        ("Qazaqstan bügin jaña mektep aşty", "kk"),
        ("New school opens in the city", "en"),
        ("12.5 !", None),
    ],
)
def test_the_language_of_a_title_is_recognised(title, language):
    assert detect(title) == language
