"""The pages of one's own account and of the administrator's desk for people."""

from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.people import Person
from feedback.services import invitations, role_requests
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, walk


def places(house: House) -> list[Place]:
    """A busy officer, somebody invited, something that waits for a second administrator."""
    cast = house.cast
    with house.app.app_context(), writing():
        second = factories.member("Trịnh Văn Minh", Role.ADMINISTRATOR, agency_id=cast.office)
        colleague = factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building)
        invitations.invite(email="khach@tinh.example", name="Dương Thị Khách",
                           agency=db.session.get(Agency, cast.building), language="vi",
                           roles=[Role.OFFICER, Role.PUBLISHER], actor=actor_of(second))
        role_requests.ask_role(db.session.get_one(Person, cast.dung.id), Role.PUBLISHER, grants=True,
                               actor=actor_of(cast.quan))
        for _ in range(2):
            walk(factories.complaint(), Action.TAKE, hands=cast.hands)
    with house.app.app_context():
        guest = db.session.scalars(select(Person.id).where(Person.email == "khach@tinh.example")).one()
        link = invitations.path_of_link(guest, now=clock.now())
    chi = f"/admin/people/{cast.chi.id}"
    return [
        Place(str(link), None), Place("/account/welcome/used", None),
        *(Place(path, colleague) for path in (
            "/account/second-step", "/account/second-step/set-up", "/account/second-step/codes",
            "/account/waiting", "/account/sessions")),
        *(Place(path, cast.quan) for path in (
            "/admin/people?q=chi", "/admin/people?role=officer&state=active", "/admin/people?q=khong-co-ai",
            "/admin/people/invite", chi, f"{chi}/edit", f"{chi}/handover",
            f"{chi}/handover?to={colleague.id}", f"/admin/people/{guest}", f"/admin/people/{cast.quan.id}",
            f"/admin/people/{cast.ha.id}/handover", f"/admin/people/{cast.dung.id}")),
    ]
