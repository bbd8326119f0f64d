"""What two people publish after the scanner, looked at by everybody in every format: every public address, feed,
file, map, header and error page, in both languages. Forty-eight identities were written into the story, the
points, the answer, an objection, a draft and the name of a paper; none of them is found anywhere."""

import pytest
from sqlalchemy.exc import OperationalError

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.queries import register
from feedback.services import citizen, publication_release, register_counts, standing
from tests import factories
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Citizen
from tests.house.planted import papers, told
from tests.house.planted.crawling import crawl
from tests.house.planted.secrets import bytes_in, found_in
from tests.web import complaining
from tests.web.test_files import upload

LANGUAGES = ("", "/en")
ROLES = ("chi", "chi_head", "dung", "ha", "quan", "intake", "publisher", "leader", "auditor", "restricted")
TYPES = {"text/html", "application/json", "application/jsonl", "application/atom+xml", "application/xml",
         "text/xml", "text/csv", "text/plain"}
READ = ("lâu chưa có kết quả", "Vietcombank")
"""Words of the story and of an answer that may be read: where they stand, hidden names stood beside them."""
REFUSED = {400, 404, 405, 410, 413, 429, 500, 503}


@pytest.fixture
def references(app, db_session, cast, frozen, answering_vault, new_client):
    """A published case, one that was published and taken out, one that is objected to and open; and drafts."""
    frozen.stand_at("2026-11-16 08:00")
    sender = Citizen(app, told.SENDER, [])
    made = [sender.complains(narrative=told.STORY, points=told.POINTS) for _ in range(3)]
    frozen.go_on(days=1)
    with writing():
        for receipt in made[:2]:
            factories.walk(receipt, Action.CLOSE, hands=cast.hands, text=told.ANSWER)
        factories.walk(made[2], Action.RELEASE, hands=cast.hands, text=told.ANSWER)
        citizen.object_to(case_of(made[2]), actor=citizen.as_sender(made[2].case_id), why=told.OBJECTION)
    with writing():
        for receipt in made[:2]:
            factories.publish(case_of(receipt), first=cast.publisher, second=cast.second_publisher)
    own = new_client()
    own.looks = False
    upload(own, complaining.to(own, "files", narrative=told.DRAFT["narrative"]), papers.jpeg(), told.PAPER)
    other = new_client()
    other.looks = False
    complaining.to(other, "check", **told.DRAFT)
    with writing():
        register_counts.recount()
    standing.sweep_open_data()
    return [case_of(receipt).reference for receipt in made]


def addresses(references):
    """Where every format begins."""
    pages = ["/", "/register", "/register?q=dat+dai", "/register?q=0912664880&sort=best", "/register?late=1",
             "/statistics", "/overdue", "/about", "/contact", "/privacy", "/complain", "/track", "/sign-in",
             "/register.atom", "/register.atom?q=dat+dai", "/open-data/", "/livez", "/healthz"]
    plain = ["/robots.txt", "/sitemap.xml", "/sitemap-0.xml", "/sitemap-1.xml", "/open-data/SHA256SUMS",
             "/open-data/cases.csv", "/open-data/points.csv", "/open-data/cases.jsonl",
             "/open-data/cases.schema.json", "/open-data/csv-metadata.json", "/api/v1/openapi.json",
             "/api/v1/cases?q=dat+dai"]
    plain += [f"/api/v1/{name}" for name in ("cases", "agencies", "procedures", "categories", "statistics")]
    for form in ("json", "xml"):
        plain += [f"/open311/v2/{name}.{form}" for name in ("discovery", "services", "requests")]
    for one in references:
        pages += [f"/register/{one}", f"/register/{one}.atom"]
        plain += [f"/api/v1/cases/{one}", f"/open311/v2/requests/{one}.json", f"/open311/v2/requests/{one}.xml"]
    return [*(root + page for root in LANGUAGES for page in pages), *plain]


def refusals(browser, monkeypatch):
    """Every kind of refusal, on pages and for programs, also of a register that breaks with the story in its
    fault."""
    anything = tuple(range(400, 600))
    for root in LANGUAGES:
        for path in ("/register?q=%00", "/register/ZZZZ-ZZZZ", "/nothing"):
            yield browser.get(root + path, status=anything)
        yield browser.open("POST", f"{root}/register", status=anything, data={})
        yield browser.open("POST", f"{root}/complain", status=anything, data={"narrative": "x" * 1_100_000})
    for path in ("/api/v1/cases?month=x", "/api/v1/nothing", "/open311/v2/requests.json?status=x",
                 "/open311/v2/requests.xml?status=x", "/open-data/nothing"):
        yield browser.get(path, status=anything)
    yield browser.open("PUT", "/api/v1/cases", status=anything)
    doors = [*(root + path for root in LANGUAGES for path in ("/register?q=dat", "/register.atom?q=dat")),
             "/api/v1/cases?q=dat"]
    for fault in (RuntimeError(told.STORY), OperationalError(told.STORY, {}, Exception(told.STORY))):
        with monkeypatch.context() as broken:
            broken.setattr(register, "newest", _raising(fault))
            for path in doors:
                yield browser.get(path, status=anything)
    with monkeypatch.context() as busy:
        for module in ("web.public.register", "web.public.feeds", "web.api.cases"):
            busy.setattr(f"feedback.{module}.search_allowed", lambda: False)
        for path in doors:
            yield browser.get(path, status=anything)


def _raising(fault):
    def broken(*_args, **_more):
        raise fault
    return broken


def leaks(path, reply):
    body = reply.body.decode("utf-8", "replace")
    said = f"{path} {reply.headers}"
    return found_in(body, told.PLANTED) | bytes_in(reply.body, told.PLANTED) | found_in(said, told.PLANTED)


def hits(who, replies):
    # What is asked for stands in its own box: the search for a number is looked at for all others.
    asked = {value for value in told.PLANTED if "0912664880" in value}
    return [(who, path, found) for path, reply in replies
            if (found := leaks(path, reply) - (asked if "0912664880" in path else set()))]


def test_enough_is_planted_and_the_search_for_it_finds_it():
    assert len(told.PLANTED) >= 40
    whole = " ".join([told.STORY, *told.POINTS, told.ANSWER.found, told.ANSWER.done, told.ANSWER.next_step,
                      *(told.ANSWER.points or {}).values(), told.OBJECTION, *told.DRAFT.values(), told.PAPER,
                      *told.SENDER.values()])
    assert found_in(whole, told.PLANTED) == set(told.PLANTED)


def test_nobody_meets_a_planted_identity_at_any_public_address(
        app, references, cast, frozen, new_client, sign_in, monkeypatch):
    with writing():
        gone = register.one(references[1])
        publication_release.unpublish(gone, actor=actor_of(cast.publisher), reason="Soát lại.")
    db.session.remove()
    anybody = new_client()
    anybody.looks = False
    found = []
    while_remade = crawl(app, anybody, addresses(references), formats=True)
    found += hits("anybody", while_remade.items())
    frozen.go_on(days=10)
    standing.sweep_open_data()
    db.session.remove()
    everything = crawl(app, anybody, addresses(references), formats=True)
    found += hits("anybody", everything.items())
    case = references[0]
    for path in (f"/register/{case}", f"/en/register/{case}", f"/register/{case}.atom", "/en/register.atom",
                 f"/api/v1/cases/{case}", f"/open311/v2/requests/{case}.xml", "/open311/v2/requests.json",
                 "/open-data/cases.csv", "/open-data/points.csv", "/open-data/cases.jsonl"):
        assert [words for words in READ if words in everything[path].text], f"{path} shows nothing of the case"
    refused = [(str(n), reply) for n, reply in enumerate(refusals(anybody, monkeypatch))]
    found += hits("anybody", refused)
    replies = [*while_remade.values(), *everything.values(), *(reply for _n, reply in refused)]
    assert {reply.headers.get("Content-Type", "").split(";")[0] for reply in replies} >= TYPES
    assert {reply.status for reply in replies} >= REFUSED
    assert len(everything) > 100
    for who in ROLES:
        browser = sign_in(getattr(cast, who))
        browser.looks = False
        found += hits(who, [(path, browser.get(path, status=tuple(range(200, 600))))
                            for path in addresses(references)])
        found += hits(who, [(str(n), reply) for n, reply in enumerate(refusals(browser, monkeypatch))])
    assert not found, "\n".join(f"{who} at {path}: {', '.join(sorted(what))}" for who, path, what in found)
