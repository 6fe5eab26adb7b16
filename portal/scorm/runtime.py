"""The runtime a course plays in: our wrapper and the SCORM API, read once, served for ever."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Response, request

from portal.assets import A_YEAR_SECONDS, NODE_MODULES, STATIC, TYPES, from_npm

# The library's two halves; only the one that is needed is loaded.
FROM_NPM = {
    "scorm12.js": "scorm-again/dist/esm/scorm12.min.js",
    "scorm2004.js": "scorm-again/dist/esm/scorm2004.min.js",
}


@dataclass(frozen=True)
class Shelf:
    """The files by name, under one digest of all of them: they import each other by name."""

    files: dict[str, tuple[bytes, bytes]]
    digest: str

    def url(self, name: str) -> str:
        if name not in self.files:
            raise KeyError(name)
        return f"/assets/{self.digest}/{name}"

    def answer(self, digest: str, name: str) -> Response | None:
        found = self.files.get(name)
        if found is None:
            return None
        plain, packed = found
        is_packed = request.accept_encodings["gzip"] > 0
        answer = Response(packed if is_packed else plain)
        answer.headers["Content-Type"] = TYPES[Path(name).suffix]
        kept = f"public, max-age={A_YEAR_SECONDS}, immutable"
        # A page from before a deploy still works, but nobody keeps the new under the old name.
        answer.headers["Cache-Control"] = kept if digest == self.digest else "no-cache"
        answer.vary.add("Accept-Encoding")
        if is_packed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer


def read(static: Path = STATIC, node_modules: Path = NODE_MODULES) -> Shelf:
    """Every file, packed; raises ConfigError where the library is not installed."""
    bodies = {path.name: path.read_bytes() for path in sorted((static / "run").iterdir())}
    bodies |= {name: from_npm(node_modules, path) for name, path in FROM_NPM.items()}
    whole = hashlib.sha256(b"".join(bodies[name] for name in sorted(bodies)))
    files = {name: (body, gzip.compress(body, 9, mtime=0)) for name, body in bodies.items()}
    return Shelf(files, whole.hexdigest()[:16])
