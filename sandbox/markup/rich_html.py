"""Rich messages written in HTML: tags to input blocks (the Bot API's «Rich HTML style»)."""

from collections.abc import Callable

from sandbox.markup.rich_inline import BLOCKS, NodeChild, RichNode, button, inline, parse_markup
from sandbox.refusals import Json, bad_request

_MAP = {"zoom": 13, "width": 600, "height": 300}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SIMPLE = {"p": "paragraph", "footer": "footer", "tg-thinking": "thinking"}
_MEDIA = {"img": "photo", "video": "video", "audio": "audio", "tg-document": "document"}


def parse_rich_html(source: str, media: dict[str, Json]) -> list[Json]:
    """The input blocks; ``media`` are the attachments by their ids, named in the text as their ``src``."""
    return _Reader(media).blocks(parse_markup(source).children)


class _Reader:
    def __init__(self, media: dict[str, Json]) -> None:
        self.media = media

    def blocks(self, children: list[NodeChild]) -> list[Json]:
        """The blocks of these children. Text between block tags becomes paragraphs."""
        found: list[Json] = []
        loose: list[NodeChild] = []
        for child in [*children, None]:
            block = isinstance(child, RichNode) and (child.tag in BLOCKS or self._is_anchor(child, loose))
            if child is not None and not block:
                loose.append(child)
                continue
            if loose and (text := inline(loose)) not in ("", []):
                found.append({"type": "paragraph", "text": text})
            loose = []
            if isinstance(child, RichNode):
                found.append(self.block(child))
        return found

    @staticmethod
    def _is_anchor(node: RichNode, loose: list[NodeChild]) -> bool:
        alone = all(isinstance(one, str) and not one.strip() for one in loose)
        return node.tag == "a" and "name" in node.attributes and not node.children and alone

    def block(self, node: RichNode) -> Json:
        """The input block of a block tag."""
        readers: dict[str, Callable[[RichNode], Json]] = {
            "pre": self.pre,
            "ul": self.items,
            "ol": self.items,
            "blockquote": self.quotation,
            "aside": self.pull,
            "figure": self.figure,
            "tg-collage": self.gallery,
            "tg-slideshow": self.gallery,
            "table": self.table,
            "details": self.details,
            "tg-map": self.map,
            "tg-button-row": self.button_row,
        }
        readers |= dict.fromkeys(_MEDIA, self.medium) | dict.fromkeys(_HEADINGS, _heading)
        if node.tag in readers:
            return readers[node.tag](node)
        if node.tag in _SIMPLE:
            return {"type": _SIMPLE[node.tag], "text": inline(node.children)}
        if node.tag == "tg-math-block":
            return {"type": "mathematical_expression", "expression": node.words()}
        return {"type": "anchor", "name": node.attributes["name"]} if node.tag == "a" else {"type": "divider"}

    def pre(self, node: RichNode) -> Json:
        code = node.first("code")
        whole = code is not None and len(node.children) == 1
        language = code.attributes.get("class", "").removeprefix("language-") if code and whole else ""
        inner = code.children if code and whole else node.children
        return {"type": "pre", "text": inline(inner, keep=True)} | ({"language": language} if language else {})

    def items(self, node: RichNode) -> Json:
        items = []
        number = _whole(node.attributes.get("start", ""), 1)
        step = -1 if "reversed" in node.attributes else 1
        for child in node.children:
            if not isinstance(child, RichNode):
                if child.strip():
                    raise bad_request("can't parse rich message: text outside of a list item")
                continue
            item: Json = {"blocks": self.blocks(child.without("input"))}
            if box := child.first("input"):
                item["has_checkbox"] = True
                if "checked" in box.attributes:
                    item["is_checked"] = True
            if node.tag == "ol":
                number = _whole(child.attributes.get("value", ""), number)
                item |= {"value": number, "type": child.attributes.get("type", node.attributes.get("type", "1"))}
                number += step
            items.append(item)
        return {"type": "list", "items": items}

    def quotation(self, node: RichNode) -> Json:
        credit = self.credit(node)
        if "expandable" in node.attributes or "collapsed" in node.attributes:
            text = inline(node.without("cite"))
            return {"type": "expandable_blockquote", "text": text, **credit}
        return {"type": "blockquote", "blocks": self.blocks(node.without("cite")), **credit}

    def pull(self, node: RichNode) -> Json:
        return {"type": "pullquote", "text": inline(node.without("cite")), **self.credit(node)}

    def credit(self, node: RichNode) -> Json:
        cite = node.first("cite")
        return {"credit": inline(cite.children)} if cite else {}

    def caption(self, node: RichNode) -> Json:
        caption = node.first("figcaption")
        if caption is None:
            return {}
        return {"caption": {"text": inline(caption.without("cite")), **self.credit(caption)}}

    def medium(self, node: RichNode) -> Json:
        source = node.attributes.get("src", "")
        kind = _MEDIA[node.tag]
        known = self.media.get(source.removeprefix("attach://").removeprefix(f"tg://{kind}?id="))
        if known is not None:
            kind = known["type"] if known["type"] != "voice" else "voice_note"
        elif not source.startswith(("http://", "https://")):
            raise bad_request("can't parse rich message: wrong HTTP URL specified")
        elif node.tag == "video" and source.split("?")[0].endswith(".gif"):
            kind = "animation"
        elif node.tag == "audio" and source.split("?")[0].endswith(".ogg"):
            kind = "voice_note"
        block: Json = {"type": kind, kind: known or {"type": kind, "media": source}}
        if "tg-spoiler" in node.attributes:
            block["has_spoiler"] = True
        return block

    def figure(self, node: RichNode) -> Json:
        inner = node.first(*_MEDIA, "tg-map")
        if inner is None:
            raise bad_request("can't parse rich message: there is no media in the figure")
        return self.block(inner) | self.caption(node)

    def gallery(self, node: RichNode) -> Json:
        kind = node.tag.removeprefix("tg-")
        return {"type": kind, "blocks": self.blocks(node.without("figcaption")), **self.caption(node)}

    def details(self, node: RichNode) -> Json:
        summary = node.first("summary")
        if summary is None:
            raise bad_request("can't parse rich message: there is no summary in the details")
        block: Json = {
            "type": "details",
            "summary": inline(summary.children),
            "blocks": self.blocks(node.without("summary")),
        }
        return block | ({"is_open": True} if "open" in node.attributes else {})

    def table(self, node: RichNode) -> Json:
        rows: list[RichNode] = []
        for child in node.children:
            if isinstance(child, RichNode) and child.tag in {"thead", "tbody", "tfoot"}:
                rows += [one for one in child.children if isinstance(one, RichNode) and one.tag == "tr"]
            elif isinstance(child, RichNode) and child.tag == "tr":
                rows.append(child)
        block: Json = {"type": "table", "cells": [self.row(row) for row in rows]}
        for name in ("bordered", "striped", "compact"):
            if name in node.attributes:
                block[f"is_{name}"] = True
        caption = node.first("caption")
        return block | ({"caption": inline(caption.children)} if caption else {})

    def row(self, node: RichNode) -> list[Json]:
        cells = []
        for child in node.children:
            if not isinstance(child, RichNode) or child.tag not in {"td", "th"}:
                continue
            attributes = child.attributes
            cell: Json = {"align": attributes.get("align", "left"), "valign": attributes.get("valign", "top")}
            if (text := inline(child.children)) not in ("", []):
                cell["text"] = text
            for name in ("colspan", "rowspan"):
                if name in attributes:
                    cell[name] = _whole(attributes[name], 0)
            cells.append(cell | ({"is_header": True} if child.tag == "th" else {}))
        return cells

    @staticmethod
    def map(node: RichNode) -> Json:
        attributes = node.attributes
        try:
            location = {"latitude": float(attributes["lat"]), "longitude": float(attributes["long"])}
        except (KeyError, ValueError):
            raise bad_request("invalid location specified") from None
        sizes = {name: _whole(attributes.get(name, ""), default) for name, default in _MAP.items()}
        return {"type": "map", "location": location, **sizes}

    def button_row(self, node: RichNode) -> Json:
        buttons = [button(one) for one in node.children if isinstance(one, RichNode) and one.tag == "tg-button"]
        align = node.attributes.get("align")
        return {"type": "buttons", "buttons": buttons} | ({"align": align} if align else {})


def _heading(node: RichNode) -> Json:
    return {"type": "heading", "size": int(node.tag[1]), "text": inline(node.children)}


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10 else default
