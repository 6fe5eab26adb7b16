"""A review of Erin in which colleagues are asked, and one of Mara whose reports are."""

from typing import Any

from portal.documents.models import Document
from portal.reviews import following, nominating
from portal.reviews.answers import Nominee
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.steps import PEERS
from tests import cast
from tests.reviews.conftest import FORM, form, plan, review_of

THREE = ("ben", "olga", "otto")
FOUR = (*THREE, "ida")


def step_of(cycle: Cycle, name: str = PEERS) -> Phase:
    phase = Cycle.get_by_id(cycle.id).phase(name)
    assert phase is not None
    return phase


def name_all(
    cycle: Cycle, names: tuple[str, ...] = FOUR, about: str = "erin", lead: str = "mara"
) -> dict[str, Nominee]:
    """They are proposed by the person, agreed to by whoever leads them, and asked if it is time."""
    review, phase = review_of(cycle, about), step_of(cycle)
    for name in names:
        person = cast.person(name)
        nominating.propose(review, phase, person, by=cast.person(about), is_decided=False)
    nominating.approve_all(review, phase, by=cast.person(lead))
    following.run()
    return nominees(cycle, about)


def nominees(cycle: Cycle, about: str, step: str = PEERS) -> dict[str, Nominee]:
    rows = Nominee.of(review_of(cycle, about), step_of(cycle, step))
    return {row.person.email.partition("@")[0]: Nominee.get_by_id(row.id) for row in rows}


def words_of(nominee: Nominee, rating: str = "2", words: str = "All of it.") -> dict[str, Any]:
    """What a browser posts."""
    keys = [question.name for question in nominee.questionnaire.questions]
    return dict(zip(keys, (rating, words), strict=True))


def say(nominee: Nominee, words: str = "All of it.", rating: str = "2") -> bool:
    nominee = Nominee.get_by_id(nominee.id)
    keys = [question.key for question in nominee.questionnaire.questions]
    return nominee.answer(dict(zip(keys, (rating, words), strict=True)))


def again(review: Review) -> Review:
    return Review.whole(Review.select()).where(Review.id == review.id).get()  # type: ignore[no-any-return]


def cycle_with(text: str, rating: str = "", terms: str = "", readers: str = "") -> Cycle:
    """A cycle in which colleagues are asked by another form."""
    source = FORM.format(title="Peers").replace("> What went well?", text)
    if rating:
        rows = source[source.index("How was") : source.index(text)]
        source = source.replace(rows, f"{rating}\n")
    source = source.replace("readers:", f"{terms}readers:")
    if readers:
        source = source.replace("hr, manager, subject", readers)
    form = Document.named("form", "peers")
    assert form is not None
    form.publish(source, by=cast.person("helen"))
    people = [cast.person(name) for name in ("mara", "erin", "ben", "olga")]
    return Cycle.begin(plan(), people, cast.TODAY, by=cast.person("helen"))


def saying_for_every_page(who: Any) -> dict[str, Any]:
    """Four were asked about Erin just now, Helen among them."""
    for slug in ("annual", "peers"):
        _ = Document.named("form", slug) or form(slug)
    cycle = Cycle.begin(plan(), [who.erin], cast.TODAY, by=who.helen, title="Asked now")
    following.run()
    named = name_all(cycle, ("helen", *THREE))
    return {"named": review_of(cycle, "erin").id, "asked": named["helen"].id}
