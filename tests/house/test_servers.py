"""The servers that tests talk to work, and each alarm rings on a planted fault."""

import smtplib
import urllib.request
from email.message import EmailMessage
from urllib.parse import quote

import psycopg
import pytest

from tests import servers

pytestmark = pytest.mark.one_database

PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<meta name="viewport" content="width=device-width">
<style>body {{ margin: 0; font: 16px/1.5 sans-serif }} {style}</style></head>
<body><main><h1>A page</h1>{body}</main></body></html>"""


@pytest.fixture(scope="module")
def chromium():
    if servers.chromium_path() is None:
        pytest.skip("no Chromium is installed")
    with servers.browser() as browser:
        yield browser


@pytest.fixture
def show(chromium):
    """Opens a page made of a body and a style, on a phone."""
    page = chromium.new_page(viewport={"width": 390, "height": 600})

    def show(body, style=""):
        page.goto("data:text/html;charset=utf-8," + quote(PAGE.format(body=body, style=style)))
        return page

    yield show
    page.close()


# PostgreSQL


def test_a_cluster_copies_a_template_for_each_test():
    if servers.postgres_bin() is None:
        pytest.skip("no PostgreSQL server is installed")
    cluster = servers.PostgresCluster()
    try:
        template = servers.create_database(cluster.url("postgres"), "template")
        with psycopg.connect(template, autocommit=True) as connection:
            connection.execute("CREATE TABLE step (title text)")
            # The template is copied although this connection is still open.
            copy = servers.create_database(template, "copy", template="template")
        in_copy = psycopg.connect(copy, autocommit=True)
        in_copy.execute("INSERT INTO step VALUES ('b'), ('B'), ('a')")
        titles = in_copy.execute("SELECT title FROM step ORDER BY title").fetchall()
        assert "".join(title for (title,) in titles) == "abB"
        # Dropped although somebody is connected, and dropped again although it is gone.
        servers.drop_database(template, "copy")
        servers.drop_database(template, "copy")
    finally:
        cluster.stop()
        cluster.stop()
    assert not cluster.folder.exists()


def test_one_cluster_is_shared_only_when_asked_for(monkeypatch):
    started = []

    class Cluster:
        def __init__(self):
            started.append(self)

        def url(self, name):
            return f"postgresql://somewhere/{name}"

        def stop(self):
            started.remove(self)

    monkeypatch.setattr(servers, "PostgresCluster", Cluster)
    monkeypatch.setattr(servers, "_shared", [])
    monkeypatch.setenv("TEST_POSTGRES_URL", "")
    monkeypatch.setenv("TEST_DATABASE", "sqlite")
    servers.share_postgres()
    assert not started
    monkeypatch.setenv("TEST_DATABASE", "postgres")
    servers.share_postgres()
    servers.share_postgres()  # as one of xdist's workers would
    assert len(started) == 1
    servers.unshare_postgres()
    assert not started


# Mail


@pytest.fixture
def sink():
    with servers.SmtpSink() as sink:
        yield sink


def send(sink, *to, timeout=5):
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message["From"] = "portal@example.com"
    message["To"] = ", ".join(to)
    message.set_content("Zwölf Schritte.\n")
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=timeout) as smtp:
        return smtp.send_message(message)


def test_the_sink_keeps_messages_as_they_were_sent(sink):
    send(sink, "erin@example.com")
    assert sink.url == f"smtp://127.0.0.1:{sink.port}"
    assert [message["Subject"] for message in sink.messages] == ["Grüße"]
    assert sink.messages[0].get_content() == "Zwölf Schritte.\n"
    assert sink.recipients == [["erin@example.com"]]


def test_the_sink_refuses_when_told_to_and_only_then(sink):
    sink.refuse = True
    with pytest.raises(smtplib.SMTPSenderRefused):
        send(sink, "erin@example.com")
    assert sink.messages == []
    sink.refuse = False
    send(sink, "erin@example.com")
    assert len(sink.messages) == 1


def test_the_sink_knows_a_bad_address_among_good_ones(sink):
    sink.bad_addresses = {"gone@example.com"}
    assert set(send(sink, "erin@example.com", "gone@example.com")) == {"gone@example.com"}
    assert sink.recipients == [["erin@example.com"]]


def test_the_sink_drops_the_line_after_it_took_the_message(sink):
    sink.drop_after_data = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink, "erin@example.com")
    assert len(sink.messages) == 1


def test_the_sink_hangs_until_let_go(sink):
    sink.hang = True
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(sink, "erin@example.com", timeout=0.3)
    assert sink.messages == []


# The portal over HTTP


def test_a_live_server_knows_its_address_and_is_gone_afterwards():
    def build(url):
        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [url.encode()]

        return application

    with servers.LiveServer(build) as live, urllib.request.urlopen(live.url) as answer:
        assert answer.read().decode() == live.url
    with pytest.raises(OSError):
        urllib.request.urlopen(live.url, timeout=2)


# The checks of a page


@pytest.mark.browser
class TestAxe:
    def test_a_good_page_is_clean(self, show):
        assert servers.axe(show("<p>Nothing is due.</p>")) == []

    def test_a_picture_without_words_rings(self, show):
        (fault,) = servers.axe(show('<img src="data:," width="10" height="10">'))
        assert fault.startswith("image-alt:")

    def test_pale_text_rings(self, show):
        (fault,) = servers.axe(show('<p style="color: #bbb">Due on Friday</p>'))
        assert fault.startswith("color-contrast:")

    def test_a_strict_policy_does_not_keep_it_out(self, chromium):
        def application(environ, start_response):
            policy = "default-src 'none'; style-src 'self'"
            start_response(
                "200 OK", [("Content-Type", "text/html"), ("Content-Security-Policy", policy)]
            )
            return [PAGE.format(body='<img src="/x">', style="").encode()]

        with servers.LiveServer(lambda url: application) as live:
            page = chromium.new_page()
            page.goto(live.url)
            assert [fault.split(":")[0] for fault in servers.axe(page)] == ["image-alt"]
            page.close()


@pytest.mark.browser
class TestSidewaysScroll:
    def test_a_page_that_fits_is_clean(self, show):
        assert servers.no_sideways_scroll(show("<p>Short</p>")) == []

    def test_something_wide_rings(self, show):
        (fault,) = servers.no_sideways_scroll(show('<div id="w" style="width:400px">wide</div>'))
        assert "<div#w>" in fault and "80 px" in fault

    def test_it_rings_even_where_the_page_hides_what_sticks_out(self, show):
        wide = '<div style="width:400px">wide</div>'
        assert servers.no_sideways_scroll(show(wide, "body { overflow-x: hidden }"))

    def test_a_table_that_scrolls_by_itself_is_clean(self, show):
        table = '<div style="overflow-x:auto"><div style="width:900px">a table</div></div>'
        assert servers.no_sideways_scroll(show(table)) == []

    def test_the_window_is_as_it_was_afterwards(self, show):
        page = show("<p>Short</p>")
        servers.no_sideways_scroll(page)
        assert page.viewport_size == {"width": 390, "height": 600}


SKIP = "position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%)"


@pytest.mark.browser
class TestTargets:
    @pytest.mark.parametrize(
        "body",
        [
            '<button style="width:24px; height:24px; padding:0">+</button>',
            '<p>Read <a href="/x">the travel policy</a> first.</p>',
            '<label style="display:inline-block; padding:8px"><input type="checkbox"> Done</label>',
            f'<a href="#main" style="{SKIP}">Skip to content</a>',
            '<button hidden style="width:2px">x</button>',
        ],
    )
    def test_what_is_big_enough_is_clean(self, show, body):
        assert servers.targets_at_least_24(show(body)) == []

    @pytest.mark.parametrize(
        "body",
        [
            '<button style="width:20px; height:40px; padding:0">+</button>',
            '<a href="/x" style="display:block; line-height:16px">Alone on a line</a>',
            '<input type="checkbox" aria-label="Done">',
            '<div role="button" tabindex="0" style="height:10px">x</div>',
        ],
    )
    def test_what_is_too_small_rings(self, show, body):
        (fault,) = servers.targets_at_least_24(show(body))
        assert "px" in fault


MANY = "".join(f'<p><a href="/{n}" id="l{n}">Step {n}</a></p>' for n in range(22))
BAR = (
    '<nav style="position:fixed; bottom:0; left:0; right:0; height:90px; background:#fff">Bar</nav>'
)


@pytest.mark.browser
class TestFocus:
    def test_a_plain_page_is_clean(self, show):
        assert servers.focus_never_hidden(show(MANY)) == []

    def test_a_bar_over_the_focused_link_rings(self, show):
        faults = servers.focus_never_hidden(show(MANY + BAR))
        assert faults and all("is covered by <nav>" in fault for fault in faults)

    def test_a_bar_is_fine_with_room_kept_for_it(self, show):
        room = "html { scroll-padding-bottom: 110px } body { padding-bottom: 110px }"
        assert servers.focus_never_hidden(show(MANY + BAR, room)) == []

    def test_smooth_scrolling_is_waited_for(self, show):
        assert servers.focus_never_hidden(show(MANY, "html { scroll-behavior: smooth }")) == []

    def test_a_link_that_stays_outside_the_window_rings(self, show):
        away = '<a href="/x" style="position:fixed; left:-999px">Skip</a>'
        (fault,) = servers.focus_never_hidden(show(away))
        assert "outside the window" in fault

    def test_a_box_drawn_by_its_label_is_clean(self, show):
        box = f'<label><input type="radio" name="a" style="{SKIP}"> Developing</label>'
        assert servers.focus_never_hidden(show(box)) == []

    def test_every_stop_is_visited(self, show):
        page = show(MANY)
        servers.focus_never_hidden(page)
        assert page.evaluate("[...document.links].every((link) => focusStops.has(link))")
