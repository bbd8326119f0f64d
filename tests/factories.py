"""Things for tests, made by calling the services wherever there is one, so that they are as real as in use."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pyotp
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.answers.structured import Outcome
from feedback.domain.answers.taxonomy import Level
from feedback.domain.kinds import CaseKind, Category, Channel, IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure
from feedback.models.cases import Case, Conflict
from feedback.models.people import Person, RoleGrant
from feedback.queries import acting
from feedback.services import (
    accounts,
    answers,
    apologies,
    cases,
    lifecycle,
    publication,
    publication_body,
    second_step,
)
from feedback.services.answers import AnswerText
from feedback.services.cases import Complaint, Receipt
from feedback.services.verdicts import Said
from tests.fixtures.late import SORRY

PASSWORD = "bình minh trên bến Ninh Kiều"
"""Everybody's password: long enough for the rules."""

TOTP_SECRET = "HOIAM2TESTS3SECRET4OF5ALL6PEOPLE"
"""What everybody's authenticator app holds."""

_number = count(1)


@dataclass(frozen=True)
class Member:
    """A member of staff, as plain values that outlive any session."""

    id: int
    email: str
    name: str
    agency_id: int | None
    password: str = PASSWORD

    def code(self) -> str:
        """What the authenticator app shows now."""
        return pyotp.TOTP(TOTP_SECRET).at(clock.now())


def agency(name: str = "Sở Xây dựng", *, tier: Tier = Tier.DEPARTMENT, parent: int | None = None,
           code: str | None = None, closed_on: date | None = None, successor: int | None = None,
           email: str | None = None) -> int:
    """An agency's id. A new code each time."""
    n = next(_number)
    row = Agency(code=code or f"T{n:02d}.{n}", name_vi=name, name_en=f"Agency {n}", tier=tier.value,
                 parent_id=parent, valid_from=date(2020, 1, 1), valid_to=closed_on, successor_id=successor,
                 email=email, source="sample")
    db.session.add(row)
    db.session.flush()  # people and cases name its id
    return row.id


def procedure(name: str = "Cấp giấy phép xây dựng nhà ở", *, agency_id: int | None = None) -> int:
    """A procedure's id."""
    n = next(_number)
    row = Procedure(code=f"1.{n:06d}", name_vi=name, name_en=f"Procedure {n}", folded=f"procedure {n}",
                    field="xay_dung", agency_id=agency_id, tier=Tier.DEPARTMENT.value, limit_amount=15,
                    limit_unit="working_days", fee_vnd=None)
    db.session.add(row)
    db.session.flush()  # complaints name its id
    return row.id


def member(name: str, *roles: Role, agency_id: int | None = None, language: str = "vi") -> Member:
    """Somebody of the staff with these roles."""
    n = next(_number)
    person = accounts.create_person(
        email=f"nguoi{n}@tinh.example", name=name, password=PASSWORD, roles=roles, actor=SYSTEM,
        agency_id=agency_id, language=language)
    second_step.keep(person, TOTP_SECRET, step=0, now=clock.now())
    return Member(person.id, person.email, person.display_name, agency_id)


def next_code(member: Member) -> str:
    """A code that works, as if half a minute had gone by since the last one."""
    with writing():
        db.session.execute(update(Person).where(Person.id == member.id).values(totp_step=0))
    return member.code()


def actor_of(member_or_id: Member | int) -> Actor:
    """What the rules see of this person, as the web would put it together."""
    person_id = member_or_id if isinstance(member_or_id, int) else member_or_id.id
    person = db.session.get_one(Person, person_id)
    roles = db.session.scalars(
        select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)))
    return acting.actor_of(person.id, roles=[Role(role) for role in roles], agency_id=person.agency_id)


NARRATIVE = ("Ngày 3/11/2026 tôi nộp hồ sơ xin giấy phép xây dựng tại bộ phận một cửa. Cán bộ nhận hồ sơ yêu cầu "
             "nộp thêm bản sao hộ khẩu, dù thông tin đã có trên hệ thống.")
POINTS = ("Vì sao phải nộp thêm bản sao hộ khẩu?", "Hồ sơ của tôi bao giờ có kết quả?")


def complaint(*, narrative: str = NARRATIVE, points: Iterable[str] = POINTS, actor: Actor = cases.SENDER,
              identity: dict[str, str] | None = None, category: Category = Category.EXTRA_PAPERS,
              channel: Channel = Channel.WEB, language: str = "vi", received_on: date | None = None,
              procedure_id: int | None = None, nonce: str | None = None, **more: Any) -> Receipt:
    """A complaint that came in, with the receipt its sender was shown. Without ``identity`` it is anonymous."""
    settings = current_app.extensions["settings"]
    return cases.submit(
        Complaint(narrative=narrative, points=tuple(points), identity=identity or {},
                  identity_mode=IdentityMode.CONFIDENTIAL if identity else IdentityMode.ANONYMOUS,
                  language=language, category=category, channel=channel, received_on=received_on,
                  procedure_id=procedure_id, **more),
        nonce=nonce or secrets.token_hex(16), secret=settings.secret_key, pepper=settings.pepper, actor=actor)


def hide_from(case: Case, person: Person) -> None:
    """Hide the case from this person, as a recorded conflict of interest does, without the steps around it."""
    db.session.add(Conflict(case_id=case.id, person_id=person.id))
    if case.officer_id == person.id:
        case.officer_id = None


def case_of(receipt_or_id: Receipt | int) -> Case:
    """The row of a case with its points."""
    case_id = receipt_or_id if isinstance(receipt_or_id, int) else receipt_or_id.case_id
    return db.session.scalars(
        select(Case).where(Case.id == case_id).options(joinedload(Case.points))).unique().one()


GOOD_ANSWER = AnswerText(
    outcome=Outcome.RESOLVED,
    found="Ngày 10/11/2026 Sở đã kiểm tra hồ sơ của ông (bà). Bộ phận một cửa đã yêu cầu bản sao hộ khẩu không "
          "đúng quy định, vì thông tin cư trú đã có trong cơ sở dữ liệu quốc gia về dân cư.",
    done="Ngày 12/11/2026 Sở đã bỏ yêu cầu nộp bản sao hộ khẩu, nhận hồ sơ đầy đủ và cấp giấy phép số 45/GPXD.",
    owner="Phòng Quản lý xây dựng, Sở Xây dựng",
    ground="Điều 14 Nghị định 104/2022/NĐ-CP.",
    next_step="Ông (bà) nhận giấy phép tại bộ phận một cửa của Sở Xây dựng từ ngày 13/11/2026, không phải nộp "
              "thêm giấy tờ.",
    points={1: "Yêu cầu nộp bản sao hộ khẩu là không đúng Điều 14 Nghị định 104/2022/NĐ-CP. Sở đã bỏ yêu cầu này "
               "ngày 12/11/2026.",
            2: "Giấy phép xây dựng số 45/GPXD đã được cấp ngày 12/11/2026."},
)
"""An answer that leaves nothing open."""


@dataclass(frozen=True)
class Hands:
    """The people through whose hands a case goes."""

    intake: Member
    officer: Member
    head: Member
    coordinator: Member
    agency_id: int


def walk(receipt: Receipt, to: Action, *, hands: Hands, text: AnswerText = GOOD_ANSWER) -> Case:
    """Take a new case along the ordinary way up to and including this move: accept, assign, take,
    propose_answer, approve, release, close."""
    case = case_of(receipt)
    for action in _WAY[: _WAY.index(to) + 1]:
        _step(case, action, hands=hands, text=text)
    return case


def publish(case: Case, *, first: Member, second: Member) -> str:
    """Publish a settled case through two publishers, as if its day had come; the reference. Needs the vault."""
    draft = publication.draft_for(case)
    assert draft is not None, "nothing to publish"
    publication.confirm(draft, actor=actor_of(first), body=publication_body.load(draft.body))
    publication.approve(draft, actor=actor_of(second))
    assert draft.publish_after is not None
    assert publication.publish_due(draft.publish_after) == 1, draft.held_reason
    return case.reference


_WAY = (Action.ACCEPT, Action.ASSIGN, Action.TAKE, Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE,
        Action.CLOSE)


def said_of(case: Case, level: Level = Level.NOT_CLEAR) -> Said:
    """What a supervisor says of the newest answer who agrees with every note of the reader."""
    newest = answers.newest(case)
    assert newest is not None, "there is no answer to speak of"
    return Said(level=level, right=dict.fromkeys(range(len(json.loads(newest.findings))), True)
                ) if newest.close_reading else Said()


def _step(case: Case, action: Action, *, hands: Hands, text: AnswerText) -> None:
    intake, officer = actor_of(hands.intake), actor_of(hands.officer)
    if action is Action.ACCEPT:
        cases.accept(case, actor=intake, masked=case.narrative, kind=CaseKind.BEHAVIOUR,
                     masked_points={p.n: p.text for p in case.points}, category=Category(case.category))
    elif action is Action.ASSIGN:
        cases.assign(case, db.session.get_one(Agency, hands.agency_id), actor=intake)
    elif action is Action.TAKE:
        cases.take(case, actor=officer)
    elif action is Action.PROPOSE_ANSWER:
        apologies.keep_draft(case, answers.save_draft(case, text, actor=officer), SORRY, actor=officer)
        answers.submit_answer(case, actor=officer, override="Đã đối chiếu hồ sơ, câu trả lời đủ ý.")
    elif action is Action.APPROVE:
        answers.approve(case, actor=actor_of(hands.head), sorry=SORRY if apologies.missing(case) else None)
    elif action is Action.RELEASE:
        answers.release(case, actor=actor_of(hands.coordinator), said=said_of(case), sorry=SORRY)
    else:
        lifecycle.advance(case, Action.CLOSE, actor=SYSTEM)
