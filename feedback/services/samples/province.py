"""The sample province: agencies with their predecessors, procedures, and an account for every part."""

import hmac
from datetime import date

from sqlalchemy import select

from feedback.domain.permissions import SYSTEM
from feedback.domain.references import ALPHABET
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure, ProcedurePaper
from feedback.models.people import Person
from feedback.services import accounts, history, procedures
from feedback.services.samples.data import rows

SOURCE = "sample"
LEGAL_BASIS = "Dữ liệu mẫu, cần kiểm tra"
"""Stands beside every sample procedure: sample law is not law (design §13.20)."""


def build() -> bool:
    """Make the agencies and procedures unless they are there; whether anything was made."""
    if db.session.scalar(select(Agency.id).where(Agency.source == SOURCE).limit(1)) is not None:
        return False
    ids = _agencies()
    for row in rows("procedures"):
        db.session.add(Procedure(
            code=row["code"], name_vi=row["name_vi"], name_en=row["name_en"], field=row["field"],
            folded=procedures.folded(row["code"], row["name_vi"], row["name_en"], row["words"]),
            words=row["words"], tier=row["tier"],
            agency_id=ids.get(row["agency"]),
            limit_amount=row["limit_amount"], limit_unit=row["limit_unit"], fee_vnd=row["fee_vnd"],
            legal_basis=LEGAL_BASIS))
    _papers()
    history.record(chain="sys:config", type="sample", actor=SYSTEM, role=Role.SYSTEM,
                   payload={"agencies": len(ids), "procedures": len(rows("procedures"))})
    return True


def _papers() -> None:
    """A published list for some procedures, so that a question for papers can be compared with it."""
    db.session.flush()  # papers name the ids of procedures
    ids = {row.code: row.id for row in db.session.execute(select(Procedure.code, Procedure.id))}
    for n, row in enumerate(rows("papers"), start=1):
        db.session.add(ProcedurePaper(
            procedure_id=ids[row["procedure"]], n=n, name_vi=row["name_vi"], name_en=row["name_en"],
            copies=row["copies"], digitised=row["digitised"], legal_basis=LEGAL_BASIS,
            paper_needed_if_signed_online=row["paper_needed_if_signed_online"]))


def _agencies() -> dict[str, int]:
    made = {
        row["code"]: Agency(
            code=row["code"], name_vi=row["name_vi"], name_en=row["name_en"], tier=row["tier"], email=row["email"],
            valid_from=_day(row["valid_from"]), valid_to=_day(row["valid_to"]), source=SOURCE)
        for row in rows("agencies")}
    db.session.add_all(made.values())
    db.session.flush()  # parents and successors name ids
    for row in rows("agencies"):
        if row["parent"]:
            made[row["code"]].parent_id = made[row["parent"]].id
        if row["successor"]:
            made[row["code"]].successor_id = made[row["successor"]].id
    return {code: agency.id for code, agency in made.items()}


def missing_accounts() -> list[dict[str, object]]:
    """The sample accounts that are not there yet."""
    known = set(db.session.scalars(select(Person.email).where(Person.sample.is_(True))))
    return [row for row in rows("accounts") if row["email"] not in known]


def open_accounts(some: list[dict[str, object]], *, password: str) -> int:
    """Make these accounts, each marked as a sample; how many."""
    ids = dict(db.session.execute(select(Agency.code, Agency.id)).all())
    for row in some:
        accounts.create_person(
            email=str(row["email"]), name=str(row["name"]), password=password, actor=SYSTEM, sample=True,
            roles=[Role(role) for role in row["roles"]],  # type: ignore[attr-defined]
            agency_id=ids[str(row["agency"])], language=str(row["language"]))
    return len(some)


def password(secret: str) -> str:
    """The one password of all sample accounts, made from the installation's secret: it can be shown again and is
    another one on every machine. 23 characters, easy to type."""
    digest = hmac.digest(secret.encode(), b"sample accounts", "sha256")
    signs = [ALPHABET[byte % 32].lower() for byte in digest[:16]]
    return "mau-" + "-".join("".join(signs[i:i + 4]) for i in range(0, 16, 4))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
