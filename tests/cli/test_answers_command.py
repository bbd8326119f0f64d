"""``feedback answers check`` and ``evaluate``: pairs in, what the reader says out, whatever is in them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedback.cli import main
from feedback.cli.answer_lines import opened
from feedback.domain.answers.model import dump, shipped
from feedback.domain.answers.taxonomy import Flag

DATA = Path(__file__).resolve().parents[1] / "data"
VAGUE = {"id": "v", "complaint": "Hồ sơ cấp sổ của tôi bao giờ có kết quả?",
         "answer": "Đã tiếp nhận, sẽ xem xét theo quy định."}
GOOD = {"id": "g", "complaint": "Hồ sơ cấp sổ của tôi bao giờ có kết quả?",
        "answer": "Ngày 10/6/2025 đã trả kết quả cho ông tại quầy 3."}
FIELDS = {"id", "defective", "level", "p", "flags", "asks"}
FLAG_FIELDS = {"code", "start", "end", "quote", "ask", "reason_vi", "reason_en", "hint_vi", "hint_en"}


def run(*arguments: str, given: bytes | None = None):
    return CliRunner().invoke(main, ["answers", *map(str, arguments)], input=given)


def checked(*rows: dict, tmp_path: Path) -> list[dict]:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    told = run("check", "--jsonl", path)
    assert told.exit_code == 0, told.output
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_each_pair_gives_one_object_with_the_agreed_fields(tmp_path):
    vague, good = checked(VAGUE, GOOD, tmp_path=tmp_path)
    for said in (vague, good):
        assert set(said) == FIELDS
        assert said["level"] in ("clear", "unclear", "no_answer")
        assert 0 <= said["p"] <= 1
        for flag in said["flags"]:
            assert set(flag) == FLAG_FIELDS
            assert flag["code"] in Flag.__members__
            assert flag["reason_vi"]
            assert flag["hint_en"]
        for ask in said["asks"]:
            assert set(ask) == {"text", "answered", "quote"}
    assert (vague["id"], vague["defective"], good["defective"]) == ("v", True, False)
    assert vague["flags"]
    assert (good["level"], good["flags"]) == ("clear", [])


@pytest.mark.parametrize("name", ["dev.jsonl", "published.jsonl"])
def test_every_quote_is_the_answers_own_words_at_its_place(name):
    told = run("check", "--jsonl", DATA / name)
    assert told.exit_code == 0, told.output
    rows = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    said = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one["id"] for one in said] == [row["id"] for row in rows]
    for row, one in zip(rows, said, strict=True):
        for flag in one["flags"]:
            assert flag["quote"] == row["answer"][flag["start"]:flag["end"]]
            if not flag["quote"]:
                assert (flag["start"], flag["end"]) == (0, 0)
        assert all(not ask["quote"] or ask["quote"] in row["answer"] for ask in one["asks"])
        assert all(ask["answered"] or not ask["quote"] for ask in one["asks"])


def test_the_questions_given_are_the_questions_answered(tmp_path):
    asks = ["Bao giờ có kết quả?", "Vì sao chậm?"]
    said = checked({**VAGUE, "asks": asks}, tmp_path=tmp_path)[0]
    assert [ask["text"] for ask in said["asks"]] == asks
    assert all(flag["ask"] is None or flag["ask"] in asks for flag in said["flags"])


def test_standard_input_and_blank_lines_and_a_mark_at_the_start_are_read():
    given = b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n" + json.dumps(VAGUE).encode()
    told = run("check", "--jsonl", "-", given=given)
    assert told.exit_code == 0, told.output
    assert [json.loads(line)["id"] for line in told.stdout.splitlines()] == ["g", "v"]


@pytest.mark.parametrize(("bad", "why"), [
    (b"{", "no JSON"),
    (b"[1]", "no JSON object"),
    (b'{"id": 1, "answer": "a"}', '"complaint" is missing'),
    (b'{"complaint": "c", "answer": 3}', '"answer" is no text'),
    (b'{"complaint": "c", "answer": "a", "asks": "b"}', '"asks" is no list'),
    (b'{"complaint": "c", "answer": "a", "asks": [1]}', '"asks" is no list'),
    (b'{"id": [1], "complaint": "c", "answer": "a"}', '"id" is neither'),
    (b'{"id": NaN, "complaint": "c", "answer": "a"}', "no JSON"),
    (b'{"id": ' + b"9" * 5_000 + b', "complaint": "c", "answer": "a"}', "too many digits"),
    (b"[" * 200_000, "brackets within brackets"),
    (b'{"complaint": "c", "answer": "\xff"}', "no UTF-8"),
])
def test_a_bad_line_is_named_and_nothing_is_half_written(bad, why):
    given = json.dumps(GOOD).encode() + b"\n\n" + bad + b"\n" + json.dumps(VAGUE).encode()
    told = run("check", "--jsonl", "-", given=given)
    assert told.exit_code == 1
    assert told.stdout == ""
    assert "line 3: " in told.stderr
    assert why in told.stderr


def test_a_file_that_is_not_there_is_said(tmp_path):
    told = run("check", "--jsonl", tmp_path / "none.jsonl")
    assert told.exit_code == 1
    assert "none.jsonl" in told.stderr


HOSTILE = [
    {"id": "long", "complaint": "a " * 1_000, "answer": "theo quy định " * 75_000},
    {"id": "marks", "complaint": "x", "answer": "a" + "\u0301" * 1_000_000},
    {"id": "half", "complaint": "\ud800", "answer": "Đã sửa đèn \udfff ngày 3/6/2025."},
    {"id": "ends", "complaint": "a\u2028b", "answer": "Đã trả kết quả.\u2028Ngày 3/6\u0085xong\x0b"},
    {"id": "signs", "complaint": "(" * 5_000, "answer": "((((a+)+)+)+" * 4_000 + "!"},
    {"id": "nul", "complaint": "\x00", "answer": "\x00" * 1_000},
    {"id": "nothing", "complaint": "", "answer": ""},
    {"id": None, "complaint": " ", "answer": "\n\n\n"},
]


@pytest.mark.parametrize("row", HOSTILE, ids=lambda row: row["id"])
def test_hostile_lines_survive(row, tmp_path):
    said = checked(row, GOOD, tmp_path=tmp_path)
    assert [one["id"] for one in said] == [row["id"], "g"]
    assert all(flag["quote"] == row["answer"][flag["start"]:flag["end"]] for flag in said[0]["flags"])


TEMPLATE = (
    "Cảm ơn ông bà đã gửi phản ánh. Cơ quan đã giao bộ phận chuyên môn kiểm tra hồ sơ số {n}, đối chiếu các quy "
    "định hiện hành về {about} và sẽ trả lời bằng văn bản khi có kết quả, mong ông bà thông cảm và tiếp tục theo "
    "dõi, góp ý cho cơ quan trong thời gian tới.")


def test_nearly_the_same_answers_to_different_complaints_are_compared(tmp_path):
    rows = [
        {"id": "1", "complaint": "Bao giờ sửa đèn đường?", "answer": TEMPLATE.format(n=12, about="đất đai")},
        {"id": "2", "complaint": "Sổ đỏ của tôi đâu?", "answer": TEMPLATE.format(n=9, about="hộ tịch")},
        {"id": "3", "complaint": "bao gio  sua den duong", "answer": TEMPLATE.format(n=12, about="đất đai")},
        GOOD,
    ]
    path = tmp_path / "stock.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    with opened(path) as pairs:
        near = {line.raw["id"]: len(pairs.others(line)) for line in pairs}
    assert near == {"1": 1, "2": 1, "3": 1, "g": 0}, "1 and 3 answer the same complaint"


def test_it_works_where_nothing_is_installed(tmp_path):
    """No settings, no database, no network: an empty environment in an empty folder."""
    done = subprocess.run(
        [sys.executable, "-c", "from feedback.cli import main; main()", "answers", "check", "--jsonl", "-"],
        input=json.dumps(GOOD).encode(), capture_output=True, cwd=tmp_path, check=False,
        env={"PYTHONPATH": str(DATA.parents[1]), "PATH": os.defpath, "LC_ALL": "C"})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "g"
    assert done.stderr == b""


def evaluated(path) -> dict:
    told = run("evaluate", path, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_a_file_with_flags_and_questions_gets_every_figure():
    report = evaluated(DATA / "dev.jsonl")
    assert report["n"] == 89
    for name in ("macro_f1", "auc", "precision", "recall", "fpr", "ask_f1", "level_macro_f1", "brier"):
        assert 0 <= report[name] <= 1, name
    assert set(report["groups"]) == {"absent", "vague", "evasive", "buck"}
    assert report["groups"]["buck"]["n"] == 7
    assert set(report["flags"]) == set(Flag.__members__)
    assert (report["flags"]["GENERIC"]["n"], report["flags"]["TEMPLATE"]["n"]) == (13, 2)
    assert {lang: one["n"] for lang, one in report["by_language"].items()} == {"vi": 81, "en": 8}
    assert set(report["baselines"]) == {"digits", "keywords", "tfidf"}
    assert report["p50_ms"] <= report["p95_ms"]


def test_kinds_count_as_groups_and_what_is_not_labelled_is_null():
    report = evaluated(DATA / "published.jsonl")
    assert report["groups"]["evasive"]["n"] >= 6
    assert report["groups"]["absent"]["n"] >= 3
    assert report["ask_f1"] is None
    assert sum(one["n"] for one in report["by_agency"].values()) == 60
    plain = [{"complaint": f"Hỏi {n}?", "answer": "Đã xong." if n % 2 else "Sẽ xem xét.",
              "label": "clear" if n % 2 else "defective"} for n in range(8)]
    told = run("evaluate", "-", "--json", given="\n".join(map(json.dumps, plain)).encode())
    report = json.loads(told.stdout)
    assert [report[name] for name in ("groups", "flags", "ask_f1", "level_macro_f1")] == [None] * 4
    assert report["baselines"]["tfidf"] is None
    assert report["macro_f1"] is not None


def test_one_label_only_leaves_open_what_cannot_be_known():
    told = run("evaluate", "-", "--json", given=json.dumps({**GOOD, "label": "clear"}).encode())
    report = json.loads(told.stdout)
    assert (report["auc"], report["recall"], report["fpr"]) == (None, None, 0.0)


@pytest.mark.parametrize("more", [
    {}, {"label": "good"}, {"label": "defective", "flags": ["VAGUE"]}, {"label": "defective", "kind": "unkind"},
    {"label": "defective", "unanswered": "all"}, {"label": "clear", "flags": 3}])
def test_labels_that_are_none_are_named_with_their_line(more):
    told = run("evaluate", "-", "--json", given=json.dumps({**GOOD, **more}).encode())
    assert (told.exit_code, told.stdout) == (1, "")
    assert "line 1: " in told.stderr


def test_an_empty_file_is_said_and_people_get_a_table():
    assert "no pair" in run("evaluate", "-", given=b"\n").stderr
    told = run("evaluate", DATA / "dev.jsonl")
    assert "89 pairs" in told.stdout
    assert "GENERIC" in told.stdout


@pytest.mark.parametrize("words", ["{}", dump(shipped()).replace("0.5,", "1" + "0" * 400 + ",", 1), "[" * 100_000])
def test_what_is_no_model_is_said_in_a_sentence(tmp_path, words):
    path = tmp_path / "m.json"
    path.write_text(words, "utf-8")
    told = run("check", "--jsonl", "-", "--model", path, given=json.dumps(GOOD).encode())
    assert told.exit_code == 1
    assert told.stderr.startswith("Error: ")
