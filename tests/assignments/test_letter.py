"""The digest as its reader gets it: the same words twice, in their own days, and nothing else."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from tests.cast import TODAY


class Words(HTMLParser):
    """The text, the addresses and the styles of an HTML mail."""

    def __init__(self, html):
        super().__init__()
        self.text, self.links, self.tags = "", [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


def test_text_and_html_say_the_same(owe, who, digests):
    owe(who.mara, "Plan the first week", due=TODAY, minutes=20)
    owe(who.mara, "Order the laptop", due=TODAY - timedelta(days=2))
    owe(who.erin, "Sign the contract", due=TODAY - timedelta(days=4))
    message = digests()["mara"]
    html = Words(message.html).text
    for said in (
        "Hello Mara", "With you", "Plan the first week", "today", "20 min", "Order the laptop",
        "2 days ago", "Late in your team", "Sign the contract", "Erin Castellanos", "4 days ago",
    ):  # fmt: skip
        assert said in message.text, said
        assert said in html, said
    assert message.subject == "2 things for you: 1 late, 1 due today"
    assert "\n\n\n" not in message.text


@pytest.mark.parametrize(
    "title",
    ['"><svg onload=alert(1)>', "{{7*7}}", "<script>alert(1)</script>", "Tom & Jerry’s", "</td>"],
)
def test_a_title_is_words_and_never_markup(owe, who, digests, title):
    owe(who.erin, title, due=TODAY)
    message = digests()["erin"]
    assert title in message.text
    words = Words(message.html)
    assert title in words.text
    assert not words.tags & {"svg", "script", "img", "form", "iframe"}


def test_every_address_is_the_portals_own_and_nothing_is_loaded(app, owe, who, digests):
    owe(who.erin, due=TODAY)
    links = Words(digests()["erin"].html).links
    assert links
    assert all(link.startswith(app.config["APP_URL"] + "/") for link in links)


def test_days_are_those_of_the_readers_zone(owe, who, digests, move_clock):
    who.erin.correct(by=None, zone="Pacific/Auckland")
    # Tuesday evening in UTC is Wednesday morning there.
    move_clock(to=datetime(2026, 11, 17, 20, tzinfo=UTC))
    owe(who.erin, "Water the plants", due=TODAY)
    assert "Wed 18 Nov, today" in digests()["erin"].text


def test_who_only_hears_of_others_is_offered_nothing_to_put_off(owe, who, digests):
    owe(who.erin, due=TODAY - timedelta(days=4))
    arrived = digests()
    assert "/snooze/" in arrived["erin"].text
    assert "/snooze/" not in arrived["mara"].text + arrived["mara"].html
    assert arrived["mara"].subject == "1 thing late with others"


def test_the_link_of_a_line_opens_for_its_reader(owe, who, digests, as_):
    owe(who.erin, "Sign the contract", due=TODAY - timedelta(days=4))
    for name, message in digests().items():
        (link,) = [link for link in Words(message.html).links if "/assignments/" in link]
        path = "/" + link.partition("//")[2].partition("/")[2]
        assert as_(name).get(path).status_code == 200, name


def test_nobody_reads_of_what_they_may_not_see(owe, who, digests):
    owe(who.olga, "Canary of another line", due=TODAY - timedelta(days=9))
    owe(who.erin, due=TODAY)
    owe(who.mara, due=TODAY)
    arrived = digests()
    readers = {name for name, message in arrived.items() if "Canary" in message.text + message.html}
    assert readers == {"olga", "otto", "helen"}
