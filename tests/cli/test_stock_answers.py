"""``feedback answers check`` knows a stock answer by the other answers of its file."""

import json

from click.testing import CliRunner

from feedback.cli.answers import answers

STOCK = ("Sở đã nhận được phản ánh của ông, đã giao phòng chuyên môn kiểm tra hồ sơ số {n} và sẽ có văn bản trả "
         "lời sau khi có kết quả làm việc với các đơn vị liên quan trên địa bàn.")


def test_the_same_words_to_two_complaints_are_a_stock_answer_in_both(tmp_path) -> None:
    rows = [{"id": 1, "complaint": "Vì sao sổ đỏ của tôi chậm ba tháng?", "answer": STOCK.format(n=12)},
            {"id": 2, "complaint": "Đường vào xóm ngập, bao giờ sửa?", "answer": STOCK.format(n=84)},
            {"id": 3, "complaint": "Đèn hỏng.", "answer": "Đội đã thay bóng tối qua, đèn sáng rồi ạ."}]
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    told = CliRunner().invoke(answers, ["check", "--jsonl", str(file)])
    assert told.exit_code == 0, told.output
    found = [{flag["code"] for flag in json.loads(line)["flags"]} for line in told.stdout.splitlines()]
    assert ["TEMPLATE" in codes for codes in found] == [True, True, False]
