"""Reads HTML documents strictly: every element is closed in its turn, no id is there twice, nothing is fetched and
nothing runs but the one script. For each document one line: its elements with the names of their attributes, without
titles, which long names alone have."""

import sys
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr"}
FETCHES = {"src", "href", "xlink:href", "action", "formaction", "srcset", "poster", "background", "style", "data"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.shape, self.scripts, self.text = [], set(), [], 0, []

    def handle_starttag(self, tag, attrs):
        self.start(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.start(tag, attrs)

    def start(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {tag} {attrs}"
        for name, value in attrs:
            assert not name.startswith("on"), f"runs: {tag} {attrs}"
            assert name not in FETCHES, f"fetches: {tag} {attrs}"
            if name == "id":
                assert value not in self.ids, f"twice: {value}"
                self.ids.add(value)
            for said in ("aria-labelledby", "aria-describedby"):
                if name == said:
                    self.named = getattr(self, "named", set()) | set(value.split())
        self.scripts += tag == "script"
        assert tag not in {"iframe", "object", "embed", "base", "form", "link", "img", "foreignobject"}, tag
        if tag != "title":
            self.shape.append(f"{tag}({','.join(names)})")

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> in {self.open}"
        self.open.pop()

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data):
        self.text.append(data)


for path in sys.argv[1:]:
    with open(path, encoding="utf-8", newline="") as file:
        document = file.read()
    assert document.startswith("<!DOCTYPE html>\n"), path
    reader = Reader()
    reader.feed(document)
    reader.close()
    assert not reader.open, f"{path}: open at the end: {reader.open}"
    assert reader.scripts == 1, f"{path}: {reader.scripts} scripts"
    assert reader.named <= reader.ids, f"{path}: no {reader.named - reader.ids}"
    print(" ".join(reader.shape))
