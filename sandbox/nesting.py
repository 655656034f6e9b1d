"""Which marks may lie in which (tdlib's ``fix_entities``): what crosses is cut, what may not be inside goes."""

from sandbox.refusal import Json

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTATIONS = ("blockquote", "expandable_blockquote")
CODE = ("pre", "code")
FOUND_BY_TELEGRAM = frozenset(
    ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
)
_ORDER = {"blockquote": 0, "expandable_blockquote": 0, "text_link": 1, "text_mention": 1, "pre": 2, "code": 2}
Range = tuple[int, int]


def nested(entities: list[Json]) -> list[Json]:
    """The entities in order, properly nested."""
    quotations = _apart([one for one in entities if one["type"] in QUOTATIONS])
    whole = _apart([one for one in entities if one["type"] not in SPLITTABLE + QUOTATIONS])
    whole = [one for one in whole if not any(_crosses(_range(one), _range(quotation)) for quotation in quotations)]
    whole = [one for one in whole if not any(_holds(_range(one), _range(quotation)) for quotation in quotations)]
    kept = whole + quotations
    walls = [_range(one) for one in kept]
    code = [_range(one) for one in whole if one["type"] in CODE]
    for kind in SPLITTABLE:
        pieces = _union([_range(one) for one in entities if one["type"] == kind])
        for hole in code:
            pieces = [piece for one in pieces for piece in _without(one, hole)]
        for wall in walls:
            pieces = [piece for one in pieces for piece in _cut(one, wall)]
        kept += [{"type": kind, "offset": start, "length": end - start} for start, end in pieces]
        walls += pieces
    return in_order(kept)


def in_order(entities: list[Json]) -> list[Json]:
    """By place, the longer first, quotations outermost."""
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], _ORDER.get(one["type"], 5)))


def _range(entity: Json) -> Range:
    return entity["offset"], entity["offset"] + entity["length"]


def _apart(entities: list[Json]) -> list[Json]:
    """The first of those that overlap."""
    kept: list[Json] = []
    end = 0
    for one in in_order(entities):
        if one["offset"] >= end:
            kept.append(one)
            end = _range(one)[1]
    return kept


def _crosses(one: Range, other: Range) -> bool:
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]


def _holds(one: Range, other: Range) -> bool:
    return one != other and one[0] <= other[0] and other[1] <= one[1]


def _union(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without(one: Range, hole: Range) -> list[Range]:
    if hole[1] <= one[0] or one[1] <= hole[0]:
        return [one]
    return [(start, end) for start, end in ((one[0], hole[0]), (hole[1], one[1])) if start < end]


def _cut(one: Range, wall: Range) -> list[Range]:
    if not _crosses(one, wall):
        return [one]
    at = wall[0] if one[0] < wall[0] else wall[1]
    return [(one[0], at), (at, one[1])]
