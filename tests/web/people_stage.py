"""The administrator's desk for people: two administrators, and what tests ask about people and history."""

import re

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.events import Event
from feedback.models.people import Person, RoleGrant
from feedback.services import mailing

LINK = re.compile(r"http://localhost(/(?:en/)?account/welcome/[\w-]{43})")


def roles_of(app, person_id):
    with app.app_context():
        return set(db.session.scalars(select(RoleGrant.role).where(
            RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))))


def events(app, chain="sys:roles"):
    with app.app_context():
        return [(e.type, e.payload) for e in db.session.scalars(
            select(Event).where(Event.chain == chain).order_by(Event.n))]


def invites(browser, *, email="khach@tinh.example", **more):
    return browser.submit(browser.get("/admin/people/invite"), field="email", **{
        "name": "Khách Mới", "email": email, "roles": ["intake"], **more})


def person_called(app, email="khach@tinh.example"):
    with app.app_context():
        return db.session.scalars(select(Person.id).where(Person.email == email)).one()


def waiting_form(page):
    """The form about the first thing that waits for a second administrator."""
    return next(form for form in page.page.forms() if "/admin/people/requests/" in form.action)


def decides(browser, do):
    """Grant or decline what waits first."""
    form = waiting_form(browser.get("/admin/people"))
    return browser.post(form.action, {**form.values, "do": do}, follow=True)


def links(app, post, to="khach@tinh.example"):
    """The paths of the links that have gone to this mailbox, the oldest first."""
    with app.app_context():
        mailing.deliver_owed()
    return [LINK.search(mail.get_body(("plain",)).get_content()).group(1) for mail in post.messages
            if to in str(mail["To"])]
