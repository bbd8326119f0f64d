"""The picture of a case's life is made from the table of moves, in the README and on the page."""

from pathlib import Path

from feedback.domain.lifecycle import MOVES, State
from feedback.domain.lifecycle_diagram import crowded, mermaid, picture

README = Path(__file__).resolve().parents[2] / "README.md"


def test_every_state_and_every_move_stands_in_the_picture_once():
    boxes, arrows = picture()
    assert {box.state for box in boxes} == set(State)
    assert sorted((m.action, str(m.from_)) for arrow in arrows for m in arrow.moves) == sorted(
        (m.action, str(m.from_)) for m in MOVES)


def test_no_two_numbers_of_the_picture_lie_on_each_other():
    assert crowded(picture()[1]) == []


def test_the_readme_shows_the_table_as_it_is():
    assert f"```mermaid\n{mermaid()}\n```" in README.read_text("utf-8")


def test_staff_read_every_step_with_who_and_whether_a_second_person_is_needed(sign_in, cast):
    words = sign_in(cast.ha).get("/admin/lifecycle").text
    for one in ("Vòng đời của một hồ sơ", "Người thứ hai", "phải nêu lý do", "bắt đầu vòng mới"):
        assert one in words
