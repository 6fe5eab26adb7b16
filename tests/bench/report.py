"""What was measured, each figure beside its bar, as a table and as JSON."""

from datetime import UTC, datetime
from typing import Any

from tests.bench.crowd import Latency
from tests.bench.measure import Visit

MAX_QUERIES = 8
MAX_FIRST_VISIT_KB = 60
MAX_NEXT_PAGE_KB = 15
MAX_GROWTH = 1.2
MAX_CROWD = 1.3


class Report:
    """Collects figures; a figure without a bar is there to be looked at."""

    def __init__(self, sizes: list[int]) -> None:
        self.sizes = sizes
        self.lines: list[str] = []
        self.over: list[str] = []
        self.data: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "pages": {}}

    def pages(self, visits: dict[int, Visit]) -> None:
        """Ratio to the bare page at every size, growth between the ends, queries of each."""
        small, large = visits[self.sizes[0]], visits[self.sizes[-1]]
        for page in large.pages:
            timed = {size: visit.timed[page.name] for size, visit in visits.items()}
            ratios = {size: one.ratio for size, one in timed.items()}
            growth = large.timed[page.name].ratio / small.timed[page.name].ratio
            queries = None if page.is_write else large.queries(page)
            worst = ratios[min(self.sizes[-1], 1_000) if 1_000 in ratios else self.sizes[-1]]
            self.data["pages"][page.name] = {
                "path": page.path,
                "ms": {size: round(one.ms, 2) for size, one in timed.items()},
                "bare_ms": {size: round(one.bare_ms, 2) for size, one in timed.items()},
                "ratio": {size: round(ratio, 2) for size, ratio in ratios.items()},
                "bar": page.bar,
                "growth": round(growth, 2),
                "queries": queries,
            }
            faults = [
                self._fault(f"{page.name}: {worst:.1f} × the bare page", worst, page.bar),
                self._fault(f"{page.name}: grows {growth:.2f} ×", growth, MAX_GROWTH),
                self._fault(f"{page.name}: {queries} queries", queries, MAX_QUERIES),
            ]
            cells = "".join(f"{ratios[size]:>9.1f}×" for size in self.sizes)
            own = timed[self.sizes[-1]]
            self.lines.append(
                f"{page.name:24}{own.ms:>7.1f} ms{cells}  {_bar(page.bar, '×'):>7}"
                f"{growth:>8.2f}{queries if queries is not None else '–':>5}"
                f"  {'over: ' + ', '.join(filter(None, faults)) if any(faults) else 'ok'}"
            )

    def _fault(self, sentence: str, value: float | None, bar: float | None) -> str:
        if value is None or bar is None or value <= bar:
            return ""
        self.over.append(f"{sentence}, the bar is {bar:g}")
        return sentence.partition(": ")[2]

    def bytes(self, visit: Visit) -> None:
        """On the wire, headers and all."""
        self.figure("first visit, all bytes", visit.first_visit() / 1000, MAX_FIRST_VISIT_KB, "kB")
        answers = {page.name: visit.fetch(page) for page in visit.pages if not page.is_write}
        largest = max(answers, key=lambda name: answers[name].wire_bytes)
        size = answers[largest].wire_bytes / 1000
        self.figure(f"largest next page ({largest})", size, MAX_NEXT_PAGE_KB, "kB")
        self.data["page_bytes"] = {name: one.wire_bytes for name, one in answers.items()}

    def crowd(self, alone: Latency, senders: Latency, readers: Latency) -> None:
        """A healthy user's Today, alone and beside twenty slow ones."""
        self.figure("Today alone, p95", alone.p95, None, f"ms (worst {alone.worst:.0f})")
        for name, latency in (("senders", senders), ("readers", readers)):
            self.figure(
                f"beside 20 slow {name}, p95",
                latency.p95 / alone.p95,
                MAX_CROWD,
                f"× alone (worst {latency.worst:.0f} ms)",
            )

    def figure(self, name: str, value: float, bar: float | None, unit: str) -> None:
        fault = self._fault(f"{name}: {value:.2f} {unit}", value, bar)
        self.data[name] = {"value": round(value, 3), "bar": bar, "unit": unit}
        told = "over" if fault else "ok" if bar else ""
        self.lines.append(f"{name:50}{value:>8.2f} {unit:24}{_bar(bar, ''):>7}  {told}")

    def text(self) -> str:
        sizes = "".join(f"{size:>10,}" for size in self.sizes)
        head = f"{'':24}{'p50':>10}{sizes}  {'bar':>7}{'growth':>8}{'qu.':>5}"
        verdict = ["", f"{len(self.over)} over their bars." if self.over else "All within bars."]
        return "\n".join([head, *self.lines, *verdict])


def _bar(bar: float | None, unit: str) -> str:
    return f"≤ {bar:g}{unit}" if bar else ""
