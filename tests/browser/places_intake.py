"""The pages of intake and of the restricted desk."""

from feedback.domain.kinds import Category, Channel
from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.services import asking, endings, lifecycle
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of, case_of, db

LATE = ("Tôi nộp hồ sơ xin cấp giấy khai sinh cho cháu từ ngày 3 tháng 10, hẹn 5 ngày nhưng nay đã quá hạn, cháu "
        "không nhập học được. Cán bộ lại yêu cầu bổ sung giấy xác nhận của tổ trưởng.")
MONEY = "Cán bộ Trần Văn Tí ở bộ phận một cửa gợi ý tôi đưa 5 triệu thì hồ sơ mới được giải quyết."
ENGLISH = "My work permit expires on 30 November and my file is overdue. When will it be ready?"
WHY = "Việc này thuộc thẩm quyền của cơ quan khác vì đã có quyết định hành chính; đề nghị gửi đơn đến nơi nhận."


def places(house: House) -> list[Place]:
    """The queue with every mark and proposal, the copy, entry on behalf, each ending and its second person."""
    cast = house.cast
    lien = actor_of_in(house, cast.intake)
    with house.app.app_context(), writing():
        new = factories.complaint(narrative=LATE, points=["Bao giờ có giấy khai sinh?", "Vì sao đòi thêm giấy?"],
                                  identity={"phone": "0912345678"}, procedure_id=house.procedure_id)
        factories.complaint(narrative=LATE + " Xin trả lời sớm.", points=["Bao giờ có?"],
                            identity={"phone": "0912 345 678"}, procedure_id=house.procedure_id)
        money = factories.complaint(narrative=MONEY, points=["Vì sao đưa tiền?"], category=Category.HARASSMENT)
        english = factories.complaint(narrative=ENGLISH, points=["When will it be ready?"], language="en")
        phoned = factories.complaint(narrative="Bác gọi hỏi kết quả.", points=["Bao giờ?"], actor=lien,
                                     channel=Channel.PHONE, identity={"phone": "0987654321"})
        row = case_of(english)
        row.urgent, row.hindrance, row.doubts = True, "My permit expires.", "too_fast,no_proof"
        row = case_of(new)
        row.dossier_number, row.dossier_folded, row.named_agency_id = "H01.02-1103-42", "h0102110342", cast.land
        asked, guided, joined = (factories.complaint(narrative=LATE) for _ in range(3))
        asking.ask_for_details(case_of(asked), actor=lien, what="Số hồ sơ trên giấy hẹn (để tìm hồ sơ)")
        endings.propose_listed(case_of(guided), Action.GUIDE, actor=lien, reason_code="guide_complaint", why=WHY,
                               office="Ban Tiếp công dân tỉnh, 1 đường Lê Lợi")
        lifecycle.propose(case_of(joined), Action.MERGE, actor=lien, why="Đã gộp vào một việc đang giải quyết.",
                          merge_into_id=new.case_id)
        secret = factories.complaint(narrative=MONEY, category=Category.UNOFFICIAL_COST)
        db.session.flush()  # all of it is written before anybody looks
    at = "/desk/cases/{0.reference}".format
    return [
        *(Place(path, cast.intake) for path in (
            "/desk/intake", "/desk/entry", at(new), f"{at(new)}/accept", f"{at(english)}/accept",
            f"{at(new)}/ask_submitter", f"{at(new)}/refuse", f"{at(new)}/refuse?reason=not_procedure",
            f"{at(new)}/guide?reason=guide_denunciation",
            f"{at(new)}/forward_outside?reason=forward_competent_body",
            f"{at(new)}/merge", f"{at(money)}/restrict", at(phoned), at(asked))),
        *(Place(f"{at(case)}/proposal", cast.second_intake) for case in (guided, joined)),
        *(Place(path, cast.restricted) for path in (
            "/desk/intake", at(secret), f"{at(secret)}/accept", f"{at(secret)}/lift_restriction")),
    ]


def actor_of_in(house: House, member: factories.Member) -> factories.Actor:
    """What the rules see of this member, read outside of the write."""
    with house.app.app_context():
        return actor_of(member)
