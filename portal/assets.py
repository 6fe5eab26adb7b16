"""Stylesheet, scripts, images and icons: read once at start, served under hashed, immutable URLs.

The CSS files under ``static/css`` become one ``app.css``, in the order of the layers; the
scripts under ``static/js`` become one ``app.js``, each in a block of its own. What comes from npm
is on the allow-list below and is served straight from ``node_modules``: nothing is copied or built.
"""

import functools
import gzip
import hashlib
import importlib.resources
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from flask import Blueprint, Flask, Response, abort, current_app, request
from markupsafe import Markup

from portal.config import ConfigError

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
NODE_MODULES = ROOT / "node_modules"

SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SVG)
FROM_NPM = {"htmx.js": "htmx.org/dist/htmx.min.js"}
LAYERS = (
    "reset.css",
    "tokens.css",
    "base.css",
    "layout.css",
    "components/*.css",
    "domains/*.css",
    "utilities.css",
    "print.css",
)
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
PACKED = {".css", ".js", ".svg", ".webmanifest"}
A_YEAR_SECONDS = 31_536_000
AVATAR_HUES = 12

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it goes out: its bytes, the same packed, and the hash its URL carries."""

    name: str
    body: bytes
    packed: bytes | None
    digest: str

    @classmethod
    def of(cls, name: str, body: bytes) -> "Asset":
        packed = gzip.compress(body, 9, mtime=0) if Path(name).suffix in PACKED else None
        return cls(name, body, packed, hashlib.sha256(body).hexdigest()[:16])

    @property
    def url(self) -> str:
        return f"/assets/{self.digest}/{self.name}"


def init_app(app: Flask, static: Path = STATIC, node_modules: Path = NODE_MODULES) -> None:
    """Read everything, or refuse to start with a sentence that says what to run."""
    shelf = read(static, node_modules)
    app.extensions["assets"] = shelf
    app.register_blueprint(bp)

    def asset_url(name: str) -> str:
        if name.startswith("hue/"):
            return f"/assets/{name}"
        return shelf[name].url

    app.jinja_env.globals.update(asset_url=asset_url, icon=icon, avatar_hue=avatar_hue)


def read(static: Path, node_modules: Path) -> dict[str, Asset]:
    """Every asset by name."""
    bodies = {
        "app.css": stylesheet(static / "css"),
        "app.js": script(static / "js"),
        **{name: from_npm(node_modules, path) for name, path in FROM_NPM.items()},
        **{path.name: path.read_bytes() for path in sorted((static / "img").iterdir())},
        # What one page needs and no other.
        **{path.name: path.read_bytes() for path in sorted((static / "alone").iterdir())},
    }
    shelf = {name: Asset.of(name, body) for name, body in bodies.items()}
    manifest = with_urls((static / "manifest.webmanifest").read_text("utf-8"), shelf)
    shelf["manifest.webmanifest"] = Asset.of("manifest.webmanifest", manifest.encode())
    return shelf


def stylesheet(folder: Path) -> bytes:
    """The layers in their order, comments left out: they are for us, not for the wire."""
    files = [path for pattern in LAYERS for path in sorted(folder.glob(pattern))]
    text = "\n".join(path.read_text("utf-8") for path in files)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", text).strip().encode()


def script(folder: Path) -> bytes:
    """One module; a block around each file keeps its names to itself. Lines that are a comment are
    left out: they are for us, not for the wire."""
    files = (path.read_text("utf-8").strip() for path in sorted(folder.glob("*.js")))
    joined = "\n".join(f"{{\n{text}\n}}" for text in files)
    return re.sub(r"^\s*//.*\n", "", joined, flags=re.MULTILINE).encode()


def from_npm(node_modules: Path, path: str) -> bytes:
    try:
        return (node_modules / path).read_bytes()
    except FileNotFoundError:
        package = path.split("/", 1)[0]
        raise ConfigError(
            f"The front-end package {package} is not installed: run ./scripts/setup,"
            " then start again."
        ) from None


def with_urls(text: str, shelf: dict[str, Asset]) -> str:
    """``asset:favicon.svg`` in a text becomes that file's URL."""
    return re.sub(r"asset:([\w.-]+)", lambda found: shelf[found[1]].url, text)


@bp.get("/assets/<digest>/<name>")
def serve(digest: str, name: str) -> Response:
    asset = current_app.extensions["assets"].get(name)
    if asset is None:
        abort(404)
    answer = answer_with(asset)
    if digest != asset.digest:
        # A page from before a deploy still gets its style, but nobody may keep it under this URL.
        answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/assets/hue/<int:degrees>.css")
def hue(degrees: int) -> Response:
    """The company's one color: its own tiny file, because the CSP allows no inline style."""
    if degrees >= 360:
        abort(404)
    return answer_with(Asset.of(f"{degrees}.css", f":root{{--hue:{degrees}}}".encode()))


serve.door = "open"  # type: ignore[attr-defined]
hue.door = "open"  # type: ignore[attr-defined]


def answer_with(asset: Asset) -> Response:
    packed = asset.packed is not None and request.accept_encodings["gzip"] > 0
    answer = Response(asset.packed if packed else asset.body)
    answer.headers["Content-Type"] = TYPES[Path(asset.name).suffix]
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if asset.packed is not None:
        answer.vary.add("Accept-Encoding")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    # Each encoding is a representation of its own, so each has its own tag.
    answer.set_etag(f"{asset.digest}-gzip" if packed else asset.digest)
    answer.make_conditional(request)
    return answer


@functools.lru_cache(maxsize=512)
def icon(name: str, label: str | None = None) -> Markup:
    """An inline SVG. Beside a word it is silent; alone it needs a label."""
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    svg = ElementTree.fromstring(_drawings().read(f"{name}.svg"))  # noqa: S314 (of the package)
    svg.attrib |= {"width": "20", "height": "20", "class": "icon", "focusable": "false", **spoken}
    words = ElementTree.tostring(svg, "unicode").replace(f' xmlns="{SVG}"', "", 1)
    # The drawing comes from the package, and a label passed through XML escaping.
    return Markup(re.sub(r">\s+<", "><", words))  # noqa: S704


@functools.cache
def _drawings() -> ZipFile:
    """All icons. The package’s own function opens them anew for each, at 40 ms a time: more than a
    second for the first page after a start."""
    packed = importlib.resources.files("lucide").joinpath("lucide.zip").read_bytes()
    return ZipFile(io.BytesIO(packed))


def avatar_hue(name: str) -> int:
    """Which of the twelve avatar colors a name gets, everywhere and always the same."""
    return zlib.crc32(name.encode()) % AVATAR_HUES
