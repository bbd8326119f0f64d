"""The body of a publication draft: the public copy as JSON, which of its parts are words, and its digest.

A body holds exactly the columns of ``Publication`` that a person reads, the points with their answers, the lines
and days of what was promised (how that stands is asked when it is shown), who held it and its steps
(``publication_way``), the answer's id, and ``allowed``: words that look like somebody's data and were found
harmless by a person.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from feedback.domain.errors import BadInput

Body = dict[str, Any]

WORDS = ("title", "summary", "found", "done", "owner", "ground", "next_step")
"""Single texts of a body, in the order in which the page shows them; points come after the summary."""

REQUIRED = ("title", "summary")
MAX_TEXT = 20_000
MAX_TITLE = 300


def texts(body: Body) -> dict[str, str]:
    """Every text that people wrote, by its path: 'title', 'summary', 'points.1.question', … in reading order."""
    found = {name: body[name] for name in ("title", "summary")}
    for point in body["points"]:
        found[f"points.{point['n']}.question"] = point["question"]
        found[f"points.{point['n']}.answer"] = point["answer"]
    found.update({name: body[name] for name in WORDS[2:]})
    found.update({f"promises.{one['n']}.line": one["line"] for one in promises(body)})
    return found


def promises(body: Body) -> list[dict[str, Any]]:
    """The promises of the answer: ``n``, ``line`` and ``on`` (an ISO date). Bodies made before there were any have
    none."""
    found: list[dict[str, Any]] = body.get("promises", [])
    return found


def with_texts(body: Body, changed: Mapping[str, str]) -> Body:
    """The body with these texts in place of its own. Raises BadInput for a path it has not, for a title, summary
    or question that became empty, and for a text that is too long."""
    before = texts(body)
    unknown = changed.keys() - before.keys()
    if unknown:
        raise BadInput(min(unknown), "unknown")
    new = {**body, **{name: changed[name].strip() for name in WORDS if name in changed}}
    new["points"] = [
        {"n": p["n"], **{part: changed.get(f"points.{p['n']}.{part}", p[part]).strip()
                         for part in ("question", "answer")}} for p in body["points"]]
    if "promises" in body:
        new["promises"] = [{**one, "line": changed.get(f"promises.{one['n']}.line", one["line"]).strip()}
                           for one in promises(body)]
    for path, text in texts(new).items():
        if not text and before[path] and (path in REQUIRED or path.endswith(".question")):
            raise BadInput(path, "missing")
        if len(text) > (MAX_TITLE if path == "title" else MAX_TEXT):
            raise BadInput(path, "too_long")
    return new


def edited(kept: Body, given: Body) -> Body:
    """What a publisher may change of the body that is kept: the words and what is allowed, nothing else.
    Raises BadInput as ``with_texts``, or when another part differs."""
    fixed = kept.keys() - {*WORDS, "points", "promises", "allowed"}
    if given.keys() != kept.keys() or any(given[name] != kept[name] for name in fixed):
        raise BadInput("body", "facts_changed")
    if [p["n"] for p in given["points"]] != [p["n"] for p in kept["points"]]:
        raise BadInput("points", "facts_changed")
    if [(p["n"], p["on"]) for p in promises(given)] != [(p["n"], p["on"]) for p in promises(kept)]:
        raise BadInput("promises", "facts_changed")
    return {**with_texts(kept, texts(given)), "allowed": list(given["allowed"])}


def load(stored: str) -> Body:
    """The body as stored in a draft."""
    body: Body = json.loads(stored)
    return body


def dump(body: Body) -> str:
    """The body as it is stored: one way to write it, so that equal bodies have equal digests."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(stored: str) -> str:
    """SHA-256 in hex of a stored body: what the second person saw is what they approve."""
    return hashlib.sha256(stored.encode()).hexdigest()
