"""What a browser fetches: hashed, packed, kept for a year, small, and nothing inline."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from portal import assets
from portal.config import ConfigError

TEMPLATES = assets.ROOT / "templates"
MAX_PACKED_BYTES = 43_500


@pytest.fixture
def node_modules(tmp_path):
    """A package folder with a stand-in for htmx, so these tests need no npm."""
    for path in assets.FROM_NPM.values():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("var htmx = {};")
    return tmp_path


@pytest.fixture
def app(node_modules):
    app = Flask("assets")
    assets.init_app(app, node_modules=node_modules)
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def url_of(app, name):
    return app.jinja_env.globals["asset_url"](name)


@pytest.mark.parametrize("name", ["app.css", "app.js", "htmx.js", "favicon.svg"])
def test_an_asset_is_served_packed_and_kept_for_a_year(app, client, name):
    answer = client.get(url_of(app, name), headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(url_of(app, name))
    assert answer.status_code == plain.status_code == 200
    assert gzip.decompress(answer.data) == plain.data
    for got in (answer, plain):
        assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Vary"] == "Accept-Encoding"
        assert got.headers["Content-Type"] == assets.TYPES[Path(name).suffix]
    assert "Content-Encoding" not in plain.headers
    assert answer.headers["ETag"] != plain.headers["ETag"]


def test_what_the_browser_already_has_is_not_sent_again(app, client):
    url = url_of(app, "app.css")
    tag = client.get(url).headers["ETag"]
    again = client.get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_url_changes_with_the_content():
    before, after = assets.Asset.of("a.css", b"a{}"), assets.Asset.of("a.css", b"b{}")
    assert before.url != after.url
    assert re.fullmatch(r"/assets/[0-9a-f]{16}/a\.css", before.url)


def test_an_old_hash_gets_the_new_file_but_may_not_keep_it(client):
    answer = client.get("/assets/0123456789abcdef/app.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["0/other.css", "0/..%2Fconfig.py", "hue/360.css", "hue/-1.css"])
def test_what_is_not_on_the_list_does_not_exist(client, path):
    assert client.get(f"/assets/{path}").status_code == 404


def test_the_company_hue_is_a_stylesheet_of_its_own(app, client):
    assert client.get(url_of(app, "hue/28.css")).text == ":root{--hue:28}"


def test_a_missing_package_is_a_sentence_that_says_what_to_run(tmp_path):
    with pytest.raises(ConfigError, match=r"htmx\.org is not installed: run \./scripts/setup"):
        assets.read(assets.STATIC, tmp_path)


def test_a_first_visit_stays_small():
    if not (assets.NODE_MODULES / assets.FROM_NPM["htmx.js"]).exists():
        pytest.skip("needs ./scripts/setup")
    shelf = assets.read(assets.STATIC, assets.NODE_MODULES)
    sizes = {name: len(shelf[name].packed) for name in ("app.css", "app.js", "htmx.js")}
    assert sum(sizes.values()) < MAX_PACKED_BYTES, sizes


def test_every_stylesheet_belongs_to_a_layer_and_is_in_the_bundle():
    folder = assets.STATIC / "css"
    listed = {path for pattern in assets.LAYERS for path in folder.glob(pattern)}
    assert listed == set(folder.rglob("*.css"))
    for path in listed:
        assert re.search(r"@layer [a-z]+ \{", path.read_text("utf-8")), path.name


def test_every_custom_property_in_use_is_defined():
    css = assets.stylesheet(assets.STATIC / "css").decode()
    used = set(re.findall(r"var\((--[\w-]+)", css))
    defined = set(re.findall(r"(--[\w-]+)\s*:", css))
    assert used <= defined


def test_scripts_stand_alone_and_evaluate_nothing():
    for path in (assets.STATIC / "js").glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"^(import|export)\b|\beval\(|new Function|innerHTML", text, re.M), (
            path
        )


def test_an_icon_is_silent_beside_a_word_and_named_alone():
    assert 'aria-hidden="true"' in assets.icon("check")
    named = assets.icon("check", 'Done "now"')
    assert 'role="img"' in named and 'aria-label="Done &quot;now&quot;"' in named


FORBIDDEN = {
    "an inline style": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an event attribute": r"<[^>{}]*\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "a script in a URL or a value": r"=\s*[\"']\s*(?:javascript|js):",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    pages = [path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts]
    found = [
        str(path.relative_to(TEMPLATES))
        for path in pages
        if re.search(FORBIDDEN[what], path.read_text("utf-8"), re.I)
    ]
    assert pages and not found


def test_every_icon_named_in_a_template_exists():
    call = r"(?:\bicon\(|icon_name=|\"icon\":\s*)\s*[\"']([a-z0-9-]+)[\"']"
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(call, path.read_text("utf-8")):
            assert assets.icon(name)


def test_no_style_asks_how_a_screen_is_held():
    """The axe of our tests loads no style sheet once more to look for it."""
    sheets = [assets.stylesheet(assets.STATIC / "css").decode()]
    sheets += [path.read_text("utf-8") for path in (assets.STATIC / "alone").glob("*.css")]
    assert not [sheet for sheet in sheets if "orientation" in sheet]
