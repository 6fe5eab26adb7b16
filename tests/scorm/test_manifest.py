"""Manifests: what they say is read, what is wrong is said with its name."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from portal.scorm import manifest
from portal.scorm.elements import MAX_DEPTH, Unreadable, parse
from portal.scorm.zips import fold
from tests.scorm import builders
from tests.scorm.builders import folder, page, root

CASES = Path(__file__).with_name("scorm2004_cases.json")
# The DDM group is three packages of its own, whose trees are not among the cases.
WITHOUT_TREE = {"DDM"}


def raw(content: bytes, paths: Any = ("one.html",), at: str = "imsmanifest.xml") -> Any:
    return manifest.read(content, at, {fold(path): path for path in paths})


def read(tree: Any = None, standard: str = "1.2", paths: Any = None, **more: Any) -> Any:
    whole = tree if isinstance(tree, dict) else root(tree or [page()])
    there = [node["href"] for node in builders.walk(whole) if node.get("href")]
    content = builders.manifest(whole, standard, **more)
    return raw(content, there if paths is None else paths)


def only(found: Any) -> dict[str, Any]:
    return found.structure["organizations"][0]["children"][0]


def xml(organizations: str, resources: str = "", version: str = "1.2", head: str = "") -> bytes:
    return (
        '<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
        f' xmlns:imsss="http://www.imsglobal.org/xsd/imsss"{head}>'
        f"<metadata><schemaversion>{version}</schemaversion></metadata>"
        f"<organizations>{organizations}</organizations><resources>{resources}</resources>"
        "</manifest>"
    ).encode()


def one(resource: str, item: str = "") -> bytes:
    return xml(
        '<organization identifier="o"><title>Course</title>'
        f'<item identifier="i" identifierref="r"><title>Start</title>{item}</item></organization>',
        resource,
    )


# -- what is read ------------------------------------------------------------------------------


def test_a_plain_package_of_each_standard_is_read() -> None:
    for standard, edition in (("1.2", "1.2"), ("2004", "2004 4th Edition")):
        found = read(standard=standard)
        assert not found.problems and not found.notes
        assert (found.structure["standard"], found.structure["edition"]) == (standard, edition)
        assert only(found) == {
            "id": "one", "title": "One", "isVisible": True, "href": "one.html", "type": "sco",
            "children": [],
        }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "standard", "edition"),
    [
        ("1.2", "1.2", "1.2"),
        ("SCORM 1.2", "1.2", "1.2"),
        ("CAM 1.3", "2004", "2004 2nd Edition"),
        ("2004 3rd Edition", "2004", "2004 3rd Edition"),
        ("2004 4th Edition", "2004", "2004 4th Edition"),
    ],
)
def test_every_spelling_of_a_version_is_known(said: str, standard: str, edition: str) -> None:
    found = raw(xml('<organization identifier="o"><title>C</title></organization>', "", said))
    assert found.structure["standard"] == standard
    assert found.structure["edition"] == edition


def test_what_an_item_says_in_1_2_is_kept() -> None:
    told = {
        "prerequisites": "one&two", "max_time": "0001:00:00", "mastery": 80.0,
        "time_limit_action": "exit,message", "launch_data": " a=1 & b ", "params": "?x=1",
    }  # fmt: skip
    node = only(read([page(**told)]))
    assert {key: node[key] for key in told} == told


def test_a_page_in_other_letters_or_escapes_or_with_backslashes_is_found() -> None:
    for href, path in (
        ("Start.HTML", "start.html"),
        ("my%20page.html", "my page.html"),
        ("a\\b.html", "a/b.html"),
        ("./x/../one.html", "one.html"),
        ("caf\u00e9.html", "cafe\u0301.html"),
    ):
        found = raw(one(f'<resource identifier="r" adlcp:scormtype="sco" href="{href}"/>'), [path])
        assert only(found)["href"] == path, href


def test_the_query_of_a_page_comes_before_the_parameters_of_its_item() -> None:
    for href, params, together in (
        ("one.html", "?a=1", "?a=1"),
        ("one.html?lang=en", "?a=1", "?lang=en&amp;a=1"),
        ("one.html?lang=en", "&amp;a=1", "?lang=en&amp;a=1"),
        ("one.html?lang=en", "#top", "?lang=en#top"),
        ("one.html#/start", "a=1", "?a=1#/start"),
        ("one.html?lang=en", "", "?lang=en"),
    ):
        content = one(f'<resource identifier="r" adlcp:scormtype="sco" href="{href}"/>').replace(
            b'identifierref="r"', f'identifierref="r" parameters="{params}"'.encode()
        )
        assert only(raw(content)).get("params", "") == together.replace("&amp;", "&"), href


def test_xml_base_counts_at_every_level() -> None:
    content = one('<resource identifier="r" xml:base="b/" adlcp:scormtype="sco" href="x.html"/>')
    content = content.replace(b"<resources>", b'<resources xml:base="a/">')
    content = content.replace(b"<manifest ", b'<manifest xml:base="top/" ')
    assert only(raw(content, ["top/a/b/x.html"]))["href"] == "top/a/b/x.html"


def test_a_manifest_one_folder_down_brings_its_folder_along() -> None:
    assert manifest.find(["Course/imsmanifest.xml", "Course/one.html"]) == "Course/imsmanifest.xml"
    content = builders.manifest(root([page()]))
    found = raw(content, ["Course/one.html"], "Course/imsmanifest.xml")
    assert only(found)["href"] == "Course/one.html"
    assert manifest.find(["x/IMSMANIFEST.XML", "imsManifest.xml"]) == "imsManifest.xml"


def test_of_several_organizations_the_default_one_is_played() -> None:
    item = '<item identifier="{0}" identifierref="r"><title>{0}</title></item>'
    organizations = "".join(
        f'<organization identifier="o{n}"><title>Way {n}</title>{item.format(f"i{n}")}'
        "</organization>"
        for n in (1, 2)
    )
    content = xml(
        organizations, '<resource identifier="r" adlcp:scormtype="sco" href="one.html"/>'
    ).replace(b"<organizations>", b'<organizations default="o2">')
    found = raw(content)
    assert [each["title"] for each in found.structure["organizations"]] == ["Way 1", "Way 2"]
    assert found.structure["default"] == 1 and found.title == "Way 2"
    assert "2 organizations" in found.notes[0]


def test_without_an_organization_what_can_be_opened_is_listed() -> None:
    found = raw(xml("", '<resource identifier="r" adlcp:scormtype="sco" href="one.html"/>'))
    assert only(found)["href"] == "one.html" and not found.problems
    assert "no organization" in found.notes[0]


def test_a_byte_order_mark_and_a_wrong_encoding_are_read_over() -> None:
    plain = builders.manifest(root([page(title="Prüfung")], "Prüfung"))
    for content in (
        b"\xef\xbb\xbf" + plain,
        b"\r\n" + plain,
        plain.decode().replace("UTF-8", "utf-16").encode("utf-16"),
        plain.replace(b"UTF-8", b"utf-16"),
        plain.decode().replace("UTF-8", "windows-1252").encode("cp1252"),
        plain.decode().encode("latin-1"),
    ):
        assert raw(content).title == "Prüfung"


def test_2004_rules_that_several_items_share_are_read_into_each() -> None:
    content = builders.manifest(
        root([page(seq={"controls": {"flow": True}})]),
        "2004",
        more="<imsss:sequencingCollection>"
        + builders.sequencing({"limits": {"attemptLimit": "2"}, "controls": {"choice": False}}, "c")
        + "</imsss:sequencingCollection>",
    ).replace(b"<imsss:sequencing>", b'<imsss:sequencing IDRef="c">', 1)
    # What the item says itself comes first.
    assert only(raw(content))["seq"] == {
        "controls": {"flow": True}, "limits": {"attemptLimit": "2"},
    }  # fmt: skip


def test_a_completion_threshold_of_the_3rd_edition_counts_by_measure() -> None:
    threshold = "<adlcp:completionThreshold>0.8</adlcp:completionThreshold>"
    content = one('<resource identifier="r" adlcp:scormType="sco" href="one.html"/>', threshold)
    content = content.replace(b"1.2</schemaversion>", b"2004 3rd Edition</schemaversion>")
    assert only(raw(content))["ct"] == {"completedByMeasure": "true", "minProgressMeasure": "0.8"}


def test_every_official_case_comes_out_of_its_manifest_as_it_went_in() -> None:
    cases = json.loads(CASES.read_text())
    for name, case in cases.items():
        if name in WITHOUT_TREE:
            assert case["manifest"] is None
            continue
        found = read(case["manifest"], "2004")
        assert not found.problems, name
        got = found.structure["organizations"][0]
        assert _same(got) == _same(case["manifest"]), name
    assert len(cases) > 100


def _same(node: dict[str, Any]) -> dict[str, Any]:
    """A node with the names of both worlds, and without what a file cannot carry."""
    node = {builders.ALSO.get(key, key): value for key, value in node.items()}
    node.pop("type", None)
    node.pop("sharedDataGlobalToSystem", None)
    # An identifier of XML has no margins.
    node["id"] = node["id"].strip()
    if "ct" in node:
        node["ct"] = {key: value for key, value in node["ct"].items() if key != "text"}
    node["children"] = [_same(child) for child in node.get("children", ())]
    return node


def test_what_is_not_followed_is_said_in_words() -> None:
    chance = {"randomizationTiming": "onEachNewAttempt", "reorderChildren": True}
    tree = [folder("quiz", [page("a"), page("b")], seq={"randomization": chance})]
    found = read(tree, "2004")
    assert found.structure["organizations"][0]["children"][0]["seq"] == {"randomization": chance}
    assert any("“Quiz” asks for items" in said for said in found.structure["unsupported"])
    assert set(found.structure["unsupported"]) <= set(found.notes)
    assert read([page(seq={"controls": {"flow": True}})], "2004").structure["unsupported"] == []
    found = read([page(prerequisites="nowhere")])
    assert any("“nowhere”" in said for said in found.notes) and not found.problems


def test_prerequisites_and_rules_of_any_kind_are_read_or_noted() -> None:
    chance = random.Random(7)
    for _ in range(200):
        script = "".join(chance.choice("ab&|~(){}=<>\"' ,3*%é") for _ in range(30))
        assert not read([page(prerequisites=script, mastery=script)]).problems
    for word in ("", "nan", "inf", "-1e400", "1e999", "x", "9" * 400, "٣"):
        seq = {
            "limits": {"attemptLimit": word, "activityAbsoluteDurationLimit": word},
            "rollup": [{"action": word, "consideration": word, "minimumCount": word,
                        "minimumPercent": word, "conditionCombination": word, "conditions": []}],
            "primary": {"objectiveID": word, "isPrimary": True, "satisfiedByMeasure": word,
                        "minNormalizedMeasure": word},
            "randomization": {"selectCount": word, "reorderChildren": word},
        }  # fmt: skip
        found = read([page(seq=seq, ct={"minProgressMeasure": word})], "2004")
        json.dumps(found.structure, allow_nan=False)


# -- what is wrong -----------------------------------------------------------------------------


def test_a_page_that_is_missing_is_a_problem_and_another_file_a_note() -> None:
    found = read([page(), page("two")], paths=["one.html"])
    assert found.problems == ["“Two” opens “two.html”, which is not in the package."]
    assert "The file “two.html” is missing." in found.notes


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        ("", "points to a resource “r” that the manifest does not have"),
        ('<resource identifier="r"/>', "does not say which page to open"),
        ('<resource identifier="r" href="https://evil.example/x"/>', "page of another site"),
        ('<resource identifier="r" href="//evil.example/x"/>', "page of another site"),
        ('<resource identifier="r" href="javascript:alert(1)"/>', "page of another site"),
        ('<resource identifier="r" href="../one.html"/>', "which is not in the package"),
        ('<resource identifier="r" href="%2e%2e/one.html"/>', "which is not in the package"),
        ('<resource identifier="r" href="C:\\one.html"/>', "which is not in the package"),
    ],
)
def test_a_part_that_cannot_be_opened_says_why(resource: str, sentence: str) -> None:
    found = raw(one(resource))
    assert any(sentence in problem for problem in found.problems), found.problems


def test_numbers_that_are_none_and_names_that_come_twice_are_noted() -> None:
    found = read([page(mastery="many"), page("one")], paths=["one.html"])
    assert "“One” asks for a score of “many”, which is no score." in found.notes
    assert any("identifier “one”" in note for note in found.notes)
    ids = [node["id"] for node in found.structure["organizations"][0]["children"]]
    assert len(set(ids)) == 2


def test_a_doctype_is_refused_whatever_it_holds() -> None:
    bomb = (
        b'<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><manifest>&b;</manifest>'
    )
    for content in (bomb, b'<!DOCTYPE manifest SYSTEM "file:///etc/passwd"><manifest/>'):
        with pytest.raises(Unreadable, match="DOCTYPE"):
            raw(content)


def test_a_manifest_has_bounds() -> None:
    with pytest.raises(Unreadable, match="2 MB"):
        parse(b"<m>" + b" " * (2 * 1024 * 1024) + b"</m>")
    with pytest.raises(Unreadable, match="deeper than 64"):
        parse(b"<m>" * (MAX_DEPTH + 1))
    with pytest.raises(Unreadable, match="100,000"):
        parse(b"<m>" + b"<a/>" * 100_001 + b"</m>")
    with pytest.raises(Unreadable, match="2,000 items"):
        read([page(f"p{n}") for n in range(2_001)])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no valid XML"),
        (b"<manifest", "no valid XML"),
        (b"<html/>", "begins with <html>"),
        (b"\x00\x01\x02", "no valid XML"),
        (xml("", "", "AICC 4"), "calls itself “AICC 4”|does not say|no organization"),
    ],
)
def test_what_is_no_manifest_is_said(content: bytes, sentence: str) -> None:
    try:
        found = raw(content)
    except Unreadable as error:
        said = str(error)
    else:
        said = " ".join([*found.problems, *found.notes])
    assert any(each in said for each in sentence.split("|")), said


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["index.html"], "no imsmanifest.xml"),
        (["cmi5.xml"], "cmi5"),
        (["tincan.xml"], "xAPI"),
        (["course.crs"], "AICC"),
        (["a/b/imsmanifest.xml"], "too deep, at “a/b/imsmanifest.xml”"),
    ],
)
def test_other_packages_are_told_what_they_are(names: list[str], sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        manifest.find(names)
    assert sentence in str(refused.value)


def test_a_tree_of_folders_keeps_its_shape() -> None:
    tree = [folder("first", [page("a"), page("b", isVisible=False)]), page("c")]
    found = read(tree)
    first = only(found)
    assert [child["title"] for child in first["children"]] == ["A", "B"]
    assert first["children"][1]["isVisible"] is False and "href" not in first


def test_no_change_of_a_manifest_gives_anything_but_words() -> None:
    """Hundreds of damaged manifests: each is read, with problems or without, or refused."""
    chance = random.Random(20_261_122)
    seq = {"controls": {"flow": True}, "limits": {"attemptLimit": "2"}}
    tree = root([folder("f", [page("a", seq=seq), page("b", data=[{"targetID": "t"}])])])
    whole = builders.manifest(tree, "2004")
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(damaged))
            if chance.random() < 0.5:
                damaged[at] = chance.randrange(256)
            else:
                del damaged[at : at + chance.randint(1, 40)]
        outcome(bytes(damaged))


def outcome(content: bytes) -> list[str]:
    try:
        found = raw(content, ["a.html", "b.html"])
    except Unreadable as error:
        return [str(error)]
    json.dumps(found.structure, allow_nan=False)
    return [*found.problems, *found.notes]
