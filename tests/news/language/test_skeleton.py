import random

from rapidfuzz.distance import OSA

from news.language.skeleton import one_slip, plain, skeleton

WORDS = "инши қара мектеп кала халык школа жёлтый алла съезд подъезд яма тұз ұлы ән"


def test_all_words_one_slip_away_are_among_its_skeletons():
    chance = random.Random(3)
    letters = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
    for word in map(plain, WORDS.split()):
        near = one_slip(word)
        for _ in range(500):
            at = chance.randrange(len(word) + 1)
            slipped = word[:at] + chance.choice(["", chance.choice(letters)]) + word[at + chance.randint(0, 2) :]
            if OSA.distance(slipped, word) <= 1:
                assert skeleton(slipped) in near, (word, slipped)
        for at in range(len(word) - 1):
            assert skeleton(word[:at] + word[at + 1] + word[at] + word[at + 2 :]) in near


def test_who_wants_few_slips_is_told_the_same_ones():
    for word in map(plain, WORDS.split()):
        near = one_slip(word)
        for start in {one[:size] for one in near for size in (1, 2, 3)}:
            few = one_slip(word, lambda key, start=start: key.startswith(start) or start.startswith(key))
            assert {one for one in few if one.startswith(start)} == {one for one in near if one.startswith(start)}
