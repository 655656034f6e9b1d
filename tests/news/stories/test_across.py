"""The learnt decision whether two languages tell one event: where its weights come from, and how far they hold."""

import pytest

from benchmarks.learn_stories import events, fit, own_events, pairs, standing, unseen
from news.stories.stories import ACROSS, INTERCEPT, WEIGHTS


@pytest.fixture(scope="module")
def told():
    return own_events()


def test_the_weights_are_what_the_pairs_teach(told):
    weights, intercept = fit(pairs(told))
    assert weights == pytest.approx(WEIGHTS, abs=0.01)
    assert intercept == pytest.approx(INTERCEPT, abs=0.01)


def test_they_hold_for_events_they_were_not_learnt_from(told):
    joined = [same for score, same in unseen(told) if score >= ACROSS]
    assert sum(joined) / len(joined) >= 0.97
    assert sum(joined) / len(told) >= 0.85


def test_an_event_that_is_measured_elsewhere_is_not_learnt_from():
    told = events(["a\tru\tМост открыт\tПо нему пошли автобусы.", "b\tkk\tКөпір ашылды\tЖол бос."])
    assert standing(told, [("МОСТ   ОТКРЫТ!", "Другой текст"), ("Школа", "Жол бос")]) == {"a", "b"}
    assert standing(told, [("Мост закрыт", "Жол жабық")]) == set()
