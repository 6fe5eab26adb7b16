"""Who leads whom, and what is wrong with the data: pages over everybody at once."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.people import access, quality
from portal.people.models import Person
from portal.people.session import viewer
from portal.people.tree import Tree
from portal.people.views import bp


@bp.get("/people/tree")
@doors.signed_in
def show_tree() -> Any:
    """The whole tree, or what is below one person (`?from=`)."""
    me = viewer()
    web.exists(access.can_see_directory(me))
    asked, start = web.number(request.args.get("from", "")), None
    if asked is not None:
        start = web.get_or_404(Person.cards(access.visible_to(me), me.today()), id=asked)
    tree = Tree(me)
    return render_template(
        "people/tree.html",
        start=start,
        nodes=tree.at(start) if start else tree.tops(),
        may_administer=access.can_administer(me),
        see_vacancies=access.can_see_vacancies(me),
    )


@bp.get("/people/tree/<int:person_id>")
@doors.signed_in
def show_branch(person_id: int) -> Any:
    """Who reports to one person: what opens in the tree."""
    me = viewer()
    web.exists(access.can_see_directory(me))
    person = web.get_or_404(access.visible_to(me), id=person_id)
    tree = Tree(me)
    nodes, vacancies = tree.under(person), tree.vacancies_under(person)
    return render_template("people/_branch.html", person=person, nodes=nodes, vacancies=vacancies)


@bp.get("/people/quality")
@doors.signed_in
def show_quality() -> Any:
    me = viewer()
    web.exists(access.can_administer(me))
    return render_template(
        "people/quality.html", findings=quality.findings(me.today()), most=quality.MOST_SHOWN
    )
