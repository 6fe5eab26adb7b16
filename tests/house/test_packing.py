"""Pages travel packed for whoever can unpack them."""

import gzip


def test_a_page_is_gzipped_for_a_browser_that_takes_it(as_) -> None:
    erin = as_("erin")
    plain = erin.get("/people", headers={"Accept-Encoding": "identity"})
    packed = erin.get("/people", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 3
    assert {"Accept-Encoding", "HX-Request"} <= set(packed.vary)


def test_what_is_small_stays_as_it_is(stranger) -> None:
    answer = stranger.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
