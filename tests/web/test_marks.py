"""Where the reader's findings stand in a text: cut, numbered, and nothing of the text lost."""

from feedback.web.marks import pieces


def mark(number, start, end, severity="soft"):
    return {"number": number, "start": start, "end": end, "severity": severity}


def test_a_text_is_cut_at_its_marks_and_nothing_is_lost():
    cut = pieces("Sẽ xem xét theo quy định.", [mark(1, 0, 10), mark(2, 11, 24, "strong")])
    assert [(p["text"], p["marked"], p["strong"], p["id"]) for p in cut] == [
        ("Sẽ xem xét", True, False, 1), (" ", False, False, None), ("theo quy định", True, True, 2),
        (".", False, False, None)]


def test_marks_over_one_another_each_have_a_place_to_lead_to():
    cut = pieces("abcdef", [mark(1, 0, 4), mark(2, 0, 2), mark(3, 2, 9)])
    assert "".join(p["text"] for p in cut) == "abcdef"
    places = [p["id"] for p in cut if p["id"]] + [n["number"] for p in cut for n in p["notes"] if n["named"]]
    assert sorted(places) == [1, 2, 3]
    assert sorted(n["number"] for p in cut for n in p["notes"]) == [1, 2, 3]


def test_what_is_absent_or_outside_marks_nothing():
    assert pieces("", [mark(1, 0, 0)]) == []
    assert [p["marked"] for p in pieces("abc", [mark(1, 0, 0), mark(2, 5, 9)])] == [False]
