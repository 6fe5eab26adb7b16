"""The grammar of a career track: what it is about, and one rung after another.

    ---
    kind: track
    title: Engineering
    ---
    Who this is for, in Markdown.

    ## Engineer
    role: Software Engineer               as positions say it
    level: L2
    kind: individual                      individual, lead or specialist
    to: senior-engineer, support/trainer  rungs of this track, or of another one
    What one does here, in Markdown.
    - [ ] competency:code-quality         what is asked: `criteria_parser`

A rung's address is made from its heading. Nothing here asks a database: what others know comes in
as `known`. What cannot be understood is a problem on its line, and never an exception.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal import text
from portal.careers import circles, criteria_parser
from portal.careers.criteria_parser import Known
from portal.careers.rungs import INDIVIDUAL, KINDS
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.documents.reading import Parsed
from portal.text import fold

KEYS = COMMON_KEYS - {"audience"}
# What stands under the heading of a rung, and how long each may be: as positions have it.
LIMITS = {"role": 120, "level": 20, "kind": 20, "to": 800}
MAX_RUNGS = 40
MAX_CRITERIA = 20
MAX_TO = 8
MAX_TITLE_CHARS = 80
MAX_WORDS_CHARS = 4000

_HEADING = re.compile(r"(?P<marks>#{1,6})(?!#)\s+(?P<title>.*?)\s*#*|(?P<empty>#{1,6})")
_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{0,19}):(?:\s+(?P<value>.*))?")
_ADDRESS = re.compile(r"(?:(?P<track>[a-z0-9-]+)/)?(?P<rung>[a-z0-9]+(?:-[a-z0-9]+)*)")


def parse(source: Source, known: Known | None = None) -> Parsed:
    """The track a text describes. Errors leave their part out, one rung too many all after it."""
    reader = _Reader(source, known or Known())
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        if len(reader.rungs) <= MAX_RUNGS:
            reader.take(number, line.expandtabs(4).rstrip())
    return reader.track()


@dataclass
class _Rung:
    line: int
    title: str
    slug: str
    said: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    to: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    words_line: int = 0
    criteria: list[tuple[int, str]] = field(default_factory=list)

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    @property
    def level(self) -> str:
        return self.said.get("level", "")


class _Reader:
    """Goes down the body once, and then rung by rung over what stands there."""

    def __init__(self, source: Source, known: Known) -> None:
        self.source, self.known = source, known
        self.problems = unknown_keys(source, KEYS)
        self.intro: list[str] = []
        self.rungs: list[_Rung] = []

    def wrong(self, line: int, message: str, level: Any = "error", needs: str = "") -> None:
        self.problems.append(Problem(line, message, level, needs))

    def track(self) -> Parsed:
        structure = {
            "summary": self.source.meta.get("summary", ""),
            "intro_html": self._html(self.intro, self.source.body_line),
            "rungs": [self._told(rung) for rung in self.rungs],
        }
        self._judge()
        return Parsed(structure, sorted(self.problems))

    # -- line by line ----------------------------------------------------------------------

    def take(self, number: int, line: str) -> None:
        rung = self.rungs[-1] if self.rungs else None
        if heading := _HEADING.fullmatch(line.strip()):
            self._begin(number, heading)
        elif item := criteria_parser.ITEM.fullmatch(line):
            self._item(number, item["text"] or "", rung)
        elif rung is None:
            self.intro.append(line)
        elif not line.strip():
            rung.words.append("")
        elif rung.criteria:
            said = "Under what is asked stand only lines such as “- [ ] months:12”; words about "
            self.wrong(number, f"{said}the rung stand above them.")
        elif not self._key(number, line.strip(), rung):
            rung.words_line = rung.words_line or number
            rung.words.append(line)

    def _begin(self, number: int, heading: re.Match[str]) -> None:
        title = " ".join((heading["title"] or "").split())
        if (heading["marks"] or heading["empty"]) != "##":
            self.wrong(number, "A rung begins with ## and its name, as in “## Senior engineer”.")
        if not title or len(title) > MAX_TITLE_CHARS:
            self.wrong(number, f"A rung has a name of 1 to {MAX_TITLE_CHARS} characters.")
        if len(self.rungs) == MAX_RUNGS:
            self.wrong(number, f"A track has {MAX_RUNGS} rungs at most; this is one more.")
        rung = _Rung(number, title[:MAX_TITLE_CHARS], text.slugify(title[:MAX_TITLE_CHARS]))
        for other in self.rungs:
            if other.slug == rung.slug:
                self.wrong(number, f"Line {other.line} has a rung of this name already.")
        self.rungs.append(rung)

    def _item(self, number: int, words: str, rung: _Rung | None) -> None:
        if rung is None:
            self.wrong(number, "This asks something of no rung: write “## Name” above it.")
        elif len(rung.criteria) == MAX_CRITERIA:
            self.wrong(number, f"A rung asks {MAX_CRITERIA} things at most; this is one more.")
        else:
            rung.criteria.append((number, words))

    def _key(self, number: int, line: str, rung: _Rung) -> bool:
        """Whether the line is a key of the rung: those stand right under its heading."""
        found = _KEY.fullmatch(line)
        key = fold(found["key"]) if found else ""
        if found is None or key not in LIMITS:
            close = [] if any(rung.words) else get_close_matches(key, list(LIMITS), 1, 0.7)
            if close:
                self.wrong(number, f"“{key}” is not read here. Did you mean “{close[0]}:”?")
            return bool(close)
        if any(rung.words):
            said = f"“{key}:” stands right under the heading of its rung, above the words."
            self.wrong(number, said)
        elif key in rung.said:
            self.wrong(number, f"Line {rung.lines[key]} says the {key} of this rung already.")
        else:
            self._keep(number, key, " ".join((found["value"] or "").split()), rung)
        return True

    def _keep(self, number: int, key: str, value: str, rung: _Rung) -> None:
        rung.lines[key] = number
        if len(value) > LIMITS[key]:
            self.wrong(number, f"“{key}” has {LIMITS[key]} characters at most, as in positions.")
        rung.said[key] = value[: LIMITS[key]]

    # -- rung by rung ----------------------------------------------------------------------

    def _told(self, rung: _Rung) -> dict[str, Any]:
        rung.to = self._to(rung)
        return {
            "line": rung.line,
            "slug": rung.slug,
            "title": rung.title,
            "role": self._role(rung),
            "level": rung.level,
            "kind": self._kind(rung),
            "to": [list(ref) for ref in rung.to],
            "words_html": self._html(rung.words, rung.words_line or rung.line),
            "criteria": self._criteria(rung),
        }

    def _role(self, rung: _Rung) -> str:
        role = rung.said.get("role", "")
        if not role:
            said = "Say the role as people’s positions have it, as in “role: Software Engineer”."
            self.wrong(rung.line_of("role"), said)
        elif meant := self._meant(role):
            said = f"Nobody here has the role “{role}”. Did you mean “{meant}”?"
            self.wrong(rung.line_of("role"), said, "warning")
        for other in self.rungs[: self.rungs.index(rung)]:
            same = (fold(other.said.get("role", "")), fold(other.level))
            if role and same == (fold(role), fold(rung.level)):
                said = f"Line {other.line} has this role on this level already: nobody could tell"
                self.wrong(rung.line_of("role"), f"{said} who stands where.")
        return role

    def _meant(self, role: str) -> str:
        """A role of people's positions that is called nearly so, where nobody has this one and the
        track does not name both: on such a rung nobody would ever stand."""
        held = {fold(one): one for one in self.known.roles()} if self.known.roles else {}
        named = {fold(rung.said.get("role", "")) for rung in self.rungs}
        close = get_close_matches(fold(role), sorted(held.keys() - named), 1, 0.85)
        return held[close[0]] if close and fold(role) not in held else ""

    def _kind(self, rung: _Rung) -> str:
        kind = fold(rung.said.get("kind", "")) or INDIVIDUAL
        if kind in KINDS:
            return kind
        self.wrong(rung.line_of("kind"), f"“kind” is one of: {', '.join(KINDS)}.")
        return INDIVIDUAL

    def _to(self, rung: _Rung) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        named = [one.strip().lower() for one in rung.said.get("to", "").split(",") if one.strip()]
        for typed in named[: MAX_TO + 1]:
            address = _ADDRESS.fullmatch(typed)
            if address is None:
                meant = text.slugify(typed)[:60]
                said = f"“{typed[:80]}” is no address of a rung. Write, for example, {meant}."
                self.wrong(rung.line_of("to"), said)
            elif self._leads(rung, ref := self._own(address)) and ref not in found:
                found.append(ref)
        if len(named) > MAX_TO:
            self.wrong(rung.line_of("to"), f"A rung leads to {MAX_TO} others at most.")
        return found[:MAX_TO]

    def _own(self, address: re.Match[str]) -> tuple[str, str]:
        track = address["track"] or ""
        own = text.slugify(self.source.meta.get("title", ""))
        return ("" if track == own else track), address["rung"]

    def _leads(self, rung: _Rung, ref: tuple[str, str]) -> bool:
        """Whether there is such a rung, or may be once its track is published."""
        track, slug = ref
        line = rung.line_of("to")
        if track and self.known.tracks is None:
            return True
        there = self.known.tracks(track) if track and self.known.tracks else None
        if track and there is None:
            said = f"No track “{track[:80]}” is in force yet, so nobody is led to “{slug[:80]}”."
            self.wrong(line, said, "warning", f"track:{track}")
            return True
        slugs = there if track and there else frozenset(one.slug for one in self.rungs)
        if slug == rung.slug and not track:
            self.wrong(line, "A rung does not lead to itself.")
        elif slug not in slugs:
            close = get_close_matches(slug, sorted(slugs), 1, 0.6)
            meant = f" Did you mean “{close[0]}”?" if close else ""
            where = f"The track “{track[:80]}” has" if track else "There is"
            said = f"{where} no rung “{slug[:80]}”.{meant}"
            self.wrong(line, said, needs=f"track:{track}" if track else "")
        else:
            return True
        return False

    def _criteria(self, rung: _Rung) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        lines: dict[str, int] = {}
        for number, words in rung.criteria:

            def complain(*said: Any, at: int = number) -> None:
                self.wrong(at, *said)

            one = criteria_parser.read(words, rung.level, self.known, complain)
            if one is None:
                continue
            if one["key"] in found:
                self.wrong(number, f"Line {lines[one['key']]} asks this of the rung already.")
                continue
            found[one["key"]], lines[one["key"]] = one, number
        return list(found.values())

    def _html(self, lines: list[str], line: int) -> str:
        words = "\n".join(lines).strip("\n")
        if len(words) > MAX_WORDS_CHARS:
            self.wrong(line, f"These words have {MAX_WORDS_CHARS:,} characters at most.")
            return ""
        try:
            return text.render_markdown(words) if words.strip() else ""
        except text.TooComplex as error:
            self.wrong(line + error.line - 1, error.message)
            return ""

    # -- as a whole ------------------------------------------------------------------------

    def _judge(self) -> None:
        if not self.rungs:
            said = "A track has rungs: write “## Name of the rung”, and under it “role: …”."
            self.wrong(self.source.body_line, said)
        edges = {one.slug: [slug for track, slug in one.to if not track] for one in self.rungs}
        levels = {one.slug: one.level for one in self.rungs}
        lines = {one.slug: one.line_of("to") for one in self.rungs}
        for slug, lower in circles.falling(edges, levels):
            said = f"This leads back to “{lower}”, which leads here: rungs may lead to each other "
            self.wrong(lines[slug], f"{said}only on one level.")
        self._remark_on_lonely(edges)

    def _remark_on_lonely(self, edges: Mapping[str, list[str]]) -> None:
        """Nothing has to be asked for a move on one level."""
        from_below = {
            other.slug
            for rung in self.rungs
            for other in self.rungs
            if other.slug in edges[rung.slug] and fold(other.level) != fold(rung.level)
        }
        led_to = {slug for slugs in edges.values() for slug in slugs}
        for rung in self.rungs:
            if rung.slug in from_below and not rung.criteria:
                said = "Nothing is asked for this rung: write lines such as “- [ ] months:12”."
                self.wrong(rung.line, said, "warning")
            if len(self.rungs) > 1 and not rung.to and rung.slug not in led_to:
                said = "No rung of this track leads here, and this one leads nowhere."
                self.wrong(rung.line, said, "warning")
