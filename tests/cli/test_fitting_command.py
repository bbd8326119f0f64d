"""``feedback answers fit``: the model that ships can be made again from the labelled files, to the last digit."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedback.cli import main
from feedback.domain.answers import learning, making
from feedback.domain.answers.model import load

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(autouse=True)
def plain_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fitting does not depend on what is looked at: here on length, digits and a few words."""

    def of(pair: learning.Witness) -> dict[str, float]:
        text = pair.answer.lower()
        return {"digits": min(sum(c.isdigit() for c in text), 40) / 40, "long": min(len(text), 1_000) / 1_000,
                **{word: float(word in text) for word in ("sẽ", "đã", "xem xét", "theo quy định", "ngày")}}

    monkeypatch.setattr(making, "features_of", of)
    monkeypatch.setattr(making, "sign_of", lambda feature: -1 if feature == "digits" else 0)


def run(*arguments):
    return CliRunner().invoke(main, ["answers", "fit", *map(str, arguments)])


def test_the_same_files_give_the_same_model_and_figures_of_pairs_it_did_not_see(tmp_path):
    files = [DATA / "dev.jsonl", DATA / "published.jsonl"]
    told = [run(*files, "--version", "2", "--write", tmp_path / name) for name in ("a.json", "b.json")]
    assert [one.exit_code for one in told] == [0, 0], told[0].output
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    model = load((tmp_path / "a.json").read_text("utf-8"))
    assert (model.version, set(model.heads)) == ("2", {"defective", "absent", "vague", "evasive", "buck"})
    report = json.loads(told[0].output)
    assert {name: one["n"] for name, one in report["sets"].items()} == {"dev": 89, "published": 60}
    assert model.heads["defective"].weights["digits"] <= 0
    assert 0.3 < report["sets"]["dev"]["auc"] < 0.99


def test_pairs_of_one_agency_stay_together(tmp_path):
    report = json.loads(run(DATA / "published.jsonl", "--by", "agency").output)
    assert report["by"] == "agency"
    assert report["sets"]["published"]["n"] == 60


def test_what_cannot_be_fitted_is_said(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text('{"complaint": "c", "answer": "a", "label": "clear"}\n', "utf-8")
    assert "one group only" in run(path).output
    path.write_text('{"complaint": "c", "answer": "a"}\n', "utf-8")
    assert "line 1" in run(path).output
    assert run(DATA / "dev.jsonl", "--write", tmp_path / "m.json").exit_code == 2
    assert run(DATA / "dev.jsonl", "--l2", "0").exit_code == 1
