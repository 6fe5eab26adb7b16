"""What is asked of a dyno: each page and write in turn with the bare one, so that noise cancels."""

import re
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.bench import bare
from tests.bench.company import Cast
from tests.bench.wire import Answer, Line

COUNT = "X-Count-Queries: 1\r\n"
IN_A_ROW = 4
WAIT_SECONDS = 90
PLAN = "/documents/checklist/onboarding-engineering"
NUMBER = "compliance_overdue"
FRAGMENT = "HX-Request: true\r\nHX-Request-Type: partial\r\n"


@dataclass(frozen=True)
class Page:
    """Something with a bar: at most `bar` times the bare page (or, a write, the bare POST)."""

    name: str
    who: str
    path: str
    bar: float | None
    is_write: bool = False


def pages(cast: Cast) -> list[Page]:
    return [
        Page("Today", "newcomer", "/", 2),
        Page("Today, a manager's", "manager", "/", 2),
        Page("person file", "newcomer", f"/people/{cast.colleague}", 2),
        Page("person file, for HR", "hr", f"/people/{cast.newcomer}", 2),
        Page("directory", "newcomer", "/people", 3),
        Page("directory, for HR", "hr", "/people", 3),
        Page("directory, searching", "newcomer", "/people?q=ada", 3),
        Page("editor", "hr", f"{PLAN}/edit", 3),
        Page("checklist run", "manager", f"/checklists/{cast.checklist}", 2),
        Page("checklist run, for HR", "hr", f"/checklists/{cast.checklist}", 2),
        Page("team", "manager", "/team", 3),
        Page("form on a phone", "newcomer", f"/forms/{cast.form}", 2),
        Page("papers of a person", "hr", f"/people/{cast.newcomer}/papers", 2),
        Page("history of a person", "hr", f"/people/{cast.newcomer}/history", 2),
        Page("access and equipment", "hr", f"/people/{cast.newcomer}/holdings", 2),
        Page("org tree", "newcomer", "/people/tree", 3),
        Page("teams", "newcomer", "/teams", 3),
        Page("palette", "hr", "/search?q=ada", 3),
        Page("documents, searching", "newcomer", "/documents?q=first", 3),
        Page("what is out", "hr", "/holdings", 3),
        Page("productivity", "hr", "/checklists/productivity", 3),
        Page("data quality", "hr", "/people/quality", None),
        Page("rules", "hr", "/checklists/rules", None),
        Page("HR home", "hr", "/hr", None),
        Page("checklists", "hr", "/checklists", None),
        Page("new starter", "hr", "/checklists/new", None),
        Page("documents", "newcomer", "/documents", None),
        Page("audit trail", "hr", "/audit", None),
        Page("read and sign", "newcomer", f"/policies/{cast.policy}", 2),
        Page("policies", "newcomer", "/policies", None),
        Page("policies, for HR", "hr", "/policies", None),
        Page("who has signed", "hr", f"/policies/{cast.policy}/people", 3),
        Page("required of me", "newcomer", "/compliance/mine", 2),
        Page("compliance", "hr", "/compliance", 3),
        Page("compliance, a manager's", "manager", "/compliance", 3),
        Page("compliance calendar", "hr", "/compliance/calendar", None),
        Page("who is overdue", "hr", "/compliance/due", 3),
        Page("requirements", "hr", "/compliance/requirements", 3),
        Page("certificates", "hr", "/certificates/everybody", 3),
        Page("evidence", "hr", "/evidence", 3),
        Page("retention", "hr", "/retention", None),
        Page("learning", "newcomer", "/learning", 3),
        Page("all courses", "newcomer", "/learning?list=all", 3),
        Page("course", "newcomer", f"/learning/courses/{cast.course}", 2),
        Page("learning record", "newcomer", "/learning/record", 3),
        Page("team's learning", "manager", "/learning/team", 3),
        Page("people of a course", "hr", f"/learning/courses/{cast.course}/people", 3),
        Page("courses, for HR", "hr", "/learning/manage", 3),
        Page("competencies", "newcomer", "/competencies", 3),
        Page("competency matrix", "newcomer", f"/competencies/matrices/{cast.matrix}", 3),
        Page("where somebody stands", "newcomer", f"/competencies/people/{cast.newcomer}", 3),
        Page("where a team stands", "manager", "/competencies/people/team", 3),
        Page("gap table of a department", "hr", "/competencies/people/departments", None),
        Page("goal tree, 2,000 goals", "newcomer", "/goals/tree", 3),
        Page("my goals", "newcomer", "/goals", 3),
        Page("growth", "newcomer", "/growth", None),
        Page("development plan", "newcomer", "/growth/plans/1", 2),
        Page("praise wall", "newcomer", "/praise", 3),
        Page("my reviews", "newcomer", "/reviews", 3),
        Page("reviews of a team", "manager", "/reviews/team", 3),
        Page("a review", "newcomer", f"/reviews/{cast.review}", 3),
        Page("review form on a phone", "manager", f"/forms/{cast.reviewing}", 2),
        Page("review cycles", "hr", "/reviews/cycles", 3),
        Page("control page, 1,000 reviews", "hr", f"/reviews/cycles/{cast.cycle}", 3),
        # What is read of one person here comes from eight rooms, and who may read it is written
        # into each question anew: these bars are what that costs, with a tenth to spare.
        Page("my career", "newcomer", "/careers", 7),
        Page("career of a report", "manager", f"/careers/people/{cast.newcomer}", 11),
        Page("careers of a team", "manager", "/careers/team", 10),
        Page("track with its map", "newcomer", f"/careers/tracks/{cast.track}", 4),
        Page("openings", "newcomer", "/careers/openings", 4),
        Page("opening, who asks", "manager", f"/careers/openings/{cast.opening}", 6),
        Page("moves, for HR", "hr", "/careers/moves", 9),
        Page("move, to decide", "hr", f"/careers/moves/{cast.move}", 10),
        Page("promotion form", "manager", _promotion(cast), 15),
        Page("pay bands", "hr", "/careers/bands", 3),
        # Forty-eight numbers, each with its year and a drawing.
        Page("every number", "hr", "/metrics", 8),
        Page("one number", "hr", f"/metrics/{NUMBER}", 3),
        Page("one number, by department", "hr", f"/metrics/{NUMBER}?by=department", 3),
        Page("a line’s numbers", "manager", "/metrics", 5),
        Page("executives’ page", "hr", "/metrics/executive", 4),
        Page("red numbers", "hr", "/metrics/red", 3.5),
        Page("check-off", "newcomer", "", 1.5, is_write=True),
        Page("draft save", "hr", f"{PLAN}/draft", 1.5, is_write=True),
        Page("answer saved", "newcomer", f"/forms/{cast.form}/draft", 1.5, is_write=True),
        Page("review saved", "manager", f"/forms/{cast.reviewing}/draft", 1.5, is_write=True),
    ]


def _promotion(cast: Cast) -> str:
    """Of whoever sits beside the newcomer, for whom one waits already."""
    return f"/careers/people/{cast.colleague}/moves/new?sort=promotion&rung={cast.rung}"


@dataclass
class Timed:
    """Seconds of every round, of the thing itself and of its bare twin a moment before."""

    own: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        return statistics.median(self.own) * 1000

    @property
    def bare_ms(self) -> float:
        return statistics.median(self.bare) * 1000

    @property
    def ratio(self) -> float:
        return self.ms / self.bare_ms


class Visit:
    """The cast signed in on one dyno, each on a connection of their own."""

    def __init__(self, port: int, cast: Cast, stack: ExitStack) -> None:
        self.cast = cast
        self.pages = pages(cast)
        self.lines = {name: stack.enter_context(Line(port)) for name in (*cast.links, "bare")}
        for name, token in cast.links.items():
            must(303, self.lines[name].post(f"/sign-in/link/{token}", {}))
        must(200, self.lines["bare"].get("/bare/sign-in"))
        self.writes: dict[str, Callable[[], Answer]] = {
            "check-off": self._check_off,
            "draft save": self._save_draft,
            "answer saved": self._save_answer,
            "review saved": self._save_review,
        }
        self.timed = {page.name: Timed() for page in self.pages}
        self.turn = 0
        self.source = self.version = ""
        self.typing: dict[int, tuple[str, str]] = {}

    def fetch(self, page: Page) -> Answer:
        """The page, or the answer to the write, as it would come to a browser."""
        if page.is_write:
            return self.writes[page.name]()
        return must(200, self.lines[page.who].get(page.path), page.path)

    def round(self) -> None:
        """Everything a few times, each right after its bare twin.

        The first of each few only warms the processor's caches, which the other one had filled.
        """
        for page in self.pages:
            timed = self.timed[page.name]
            twin = self.write_bare if page.is_write else self.read_bare
            timed.bare += [twin().seconds for _ in range(IN_A_ROW)][1:]
            timed.own += [self.fetch(page).seconds for _ in range(IN_A_ROW)][1:]

    def forget(self) -> None:
        """Drop what was timed so far: templates were compiled and pages read in."""
        for timed in self.timed.values():
            timed.own.clear()
            timed.bare.clear()

    def read_bare(self) -> Answer:
        return must(200, self.lines["bare"].get(bare.PREFIX))

    def write_bare(self) -> Answer:
        return must(303, self.lines["bare"].post("/bare/rows", {"name": "A row"}))

    def _check_off(self) -> Answer:
        """A newcomer ticks one of her duties in Today; that she takes it back is not measured."""
        self.turn += 1
        duty, step = self.cast.duties[self.turn % len(self.cast.duties)]
        headers = f"{FRAGMENT}HX-Target: li#assignment-{duty}\r\n"
        line = self.lines["newcomer"]
        answer = must(
            200, line.post(f"/checklists/steps/{step}/completion", {"from": "today"}, headers)
        )
        must(200, line.post(f"/checklists/steps/{step}/reopening", {}, headers))
        return answer

    def _save_draft(self) -> Answer:
        """HR has typed one more word into a plan."""
        self.turn += 1
        line = self.lines["hr"]
        if not self.source:
            self.source = must(200, line.get(f"{PLAN}/source.md")).text
            self.version = _version(must(200, line.get(f"{PLAN}/edit")))
        form = {"source": f"{self.source}\nWord {self.turn}.\n", "version": self.version}
        answer = must(200, line.post(f"{PLAN}/draft", form, FRAGMENT))
        self.version = _version(answer)
        return answer

    def _save_answer(self) -> Answer:
        """The newcomer has typed one more word into a form."""
        return self._type("newcomer", self.cast.form)

    def _save_review(self) -> Answer:
        """The manager has, about the newcomer."""
        return self._type("manager", self.cast.reviewing)

    def _type(self, who: str, form: int) -> Answer:
        self.turn += 1
        line, path = self.lines[who], f"/forms/{form}"
        if form not in self.typing:
            page = must(200, line.get(path))
            found = re.search(r'<textarea[^>]* name="([^"]+)"', page.text)
            assert found, "The form has no question to be answered in words."
            self.typing[form] = found[1], _version(page)
        question, version = self.typing[form]
        fields = {question: f"Word {self.turn}.", "version": version}
        answer = must(200, line.post(f"{path}/draft", fields, FRAGMENT))
        self.typing[form] = question, _version(answer)
        return answer

    def publish(self) -> None:
        """HR publishes a change of a policy that everyone is to sign anew."""
        line, path = self.lines["hr"], "/documents/policy/data-security"
        source = must(200, line.get(f"{path}/source.md")).text
        source = source.replace("\n## ", "\nOne thing more.\n\n## ", 1)
        version = _version(must(200, line.get(f"{path}/edit")))
        form = {"source": source, "version": version, "note": "One thing", "weight": "material"}
        must(303, line.post(f"{path}/publication", form), path)
        # What says so shall stand on no page that is compared.
        must(200, line.get("/"))

    def wait_until_asked(self) -> float:
        """Until the worker, who comes once a minute, begins to ask; the seconds that took."""
        began, before = time.perf_counter(), self._everybodys()
        while self._everybodys() == before and time.perf_counter() - began < WAIT_SECONDS:
            time.sleep(0.2)
        return time.perf_counter() - began

    def wait_until_all_are_asked(self) -> None:
        seen, still, until = "", 0, time.perf_counter() + WAIT_SECONDS
        while still < 3 and time.perf_counter() < until:
            time.sleep(1)
            now = self._everybodys()
            seen, still = now, still + 1 if now == seen else 0

    def _everybodys(self) -> str:
        """The figures of everybody's duties, which move with each who is asked."""
        return must(200, self.lines["hr"].get("/compliance")).text

    def queries(self, page: Page) -> int:
        """How many statements a page takes."""
        answer = must(200, self.lines[page.who].get(page.path, COUNT))
        return int(answer.headers["x-queries"])

    def first_visit(self) -> int:
        """Bytes of Today and of everything it links to, as a browser gets them first."""
        return self.all_bytes("newcomer", "/")

    def all_bytes(self, who: str, path: str) -> int:
        """Of a page and of everything it links to."""
        line = self.lines[who]
        page = must(200, line.get(path), path)
        assets = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text))
        return page.wire_bytes + sum(must(200, line.get(path)).wire_bytes for path in assets)


def _version(answer: Answer) -> str:
    """The version of the draft that an editor's answer carries."""
    found = re.search(r'name="version" value="(\d+)"', answer.text)
    assert found, "The editor's answer does not carry the version of its draft."
    return found[1]


def must(status: int, answer: Answer, path: str = "") -> Answer:
    if answer.status != status:
        said = f"{status} was expected, {answer.status} came"
        raise SystemExit(f"{path}: {said}: {answer.text[:500]}")
    return answer
