"""The pages of the administrator's registers, with something in each."""

from dataclasses import replace

from feedback.domain.agencies import Tier
from feedback.domain.registers import fingerprint
from feedback.extensions import db, writing
from feedback.models.agencies import ProcedurePaper
from feedback.queries.reason_register import kept_reason
from feedback.services import reasons
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of


def places(house: House) -> list[Place]:
    """All of them, for the administrator; the limits for the coordinator too."""
    cast = house.cast
    with house.app.app_context(), writing():
        agency_id = factories.agency("Trung tâm Phục vụ hành chính công tỉnh", tier=Tier.PROVINCE_SERVICE_CENTRE,
                                     parent=cast.office)
        procedure_id = factories.procedure()
        paper = ProcedurePaper(procedure_id=procedure_id, n=1, name_vi="Đơn đề nghị cấp giấy phép xây dựng",
                               name_en="Application", digitised=True, legal_basis="Dữ liệu mẫu, cần kiểm tra")
        db.session.add(paper)
        db.session.flush()  # its page has its number
        paper_id = paper.id
        kept = kept_reason("no_contact")
        assert kept is not None
        reasons.change(replace(kept.listed, name_en="No contact was given"), active=True,
                       shown=fingerprint(reasons.values_of(kept)), actor=actor_of(cast.quan))
    return [
        Place("/admin/limits", cast.ha),
        *(Place(path, cast.quan) for path in (
            "/admin/agencies?q=so+xay+dung", "/admin/agencies?q=khong-co", "/admin/agencies/new",
            f"/admin/agencies/{agency_id}", f"/admin/agencies/{agency_id}/close",
            "/admin/procedures", "/admin/procedures?q=khong-co", "/admin/procedures/new",
            f"/admin/procedures/{procedure_id}", f"/admin/procedures/{procedure_id}/papers/new",
            f"/admin/papers/{paper_id}", f"/admin/papers/{paper_id}/remove",
            "/admin/categories", "/admin/categories/late_result",
            "/admin/reasons", "/admin/reasons/new", "/admin/reasons/unclear",
            "/admin/limits", "/admin/limits/transfer", "/admin/calendar", "/admin/calendar?year=2031",
            "/admin/reasons/no_contact/put-back", "/admin/calendar/days/new", "/admin/calendar/days/2026-11-24",
            "/admin/calendar/days/2026-11-24/remove", "/admin/province", "/admin/province/switches")),
    ]
