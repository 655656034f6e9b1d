"""The learnt decision whether two articles tell one event: where its weights come from, and how far they hold."""

import pytest

from benchmarks.learn_stories import (
    events,
    fit_across,
    fit_within,
    own_events,
    pairs,
    standing,
    told_pairs,
    unseen,
    unseen_within,
    within_pairs,
)
from news.stories.stories import ACROSS, SAME, learnt_weights


@pytest.fixture(scope="module")
def told():
    return own_events()


@pytest.fixture(scope="module")
def within():
    return within_pairs()


def test_the_weights_across_languages_are_what_the_pairs_teach(told):
    # A word more in the lexicon moves them a little: `python -m benchmarks.learn_stories` writes them anew.
    learnt = fit_across(pairs(told))
    assert learnt.each == pytest.approx(learnt_weights("across").each, abs=0.25)
    assert learnt.intercept == pytest.approx(learnt_weights("across").intercept, abs=0.25)


def test_the_weights_within_a_language_are_what_the_events_teach(within):
    learnt = fit_within(within)
    assert learnt.each == pytest.approx(learnt_weights("within").each, abs=0.25)
    assert learnt.intercept == pytest.approx(learnt_weights("within").intercept, abs=0.25)


def test_across_languages_they_hold_for_events_they_were_not_learnt_from(told):
    joined = [same for score, same in unseen(told) if score >= ACROSS]
    assert sum(joined) / len(joined) >= 0.9  # by the pair alone, stages of one affair among them
    assert sum(joined) / len(told) >= 0.9


def test_within_a_language_they_hold_for_kinds_of_events_they_were_not_learnt_from(within):
    """The families are left out whole: fires were not learnt from where fires are judged."""
    judged = unseen_within(within)
    for language, precise, complete in (("ru", 0.87, 0.87), ("kk", 0.88, 0.9)):
        scores = [
            (score >= SAME, pair.same) for score, pair in judged if pair.kind == "mixed" and pair.language == language
        ]
        right = sum(joined and same for joined, same in scores)
        assert right / sum(joined for joined, _ in scores) >= precise
        assert right / sum(same for _, same in scores) >= complete


def test_an_event_that_is_measured_elsewhere_is_not_learnt_from():
    told = events(["a\tru\tМост открыт\tПо нему пошли автобусы.", "b\tkk\tКөпір ашылды\tЖол бос."])
    assert standing(told, [("МОСТ   ОТКРЫТ!", "Другой текст"), ("Школа", "Жол бос")]) == {"a", "b"}
    assert standing(told, [("Мост закрыт", "Жол жабық")]) == set()
    title = "Взрыв на шахте в Карагандинской области: погибли пять горняков"
    assert 0 < len(told_pairs()) - len(told_pairs([(title.upper(), "")])) < 500
