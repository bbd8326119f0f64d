"""Every reader gets their own language, whoever came first."""

import pytest

from feedback.web.language import FLAG


# The same on every database: nothing is asked of it.
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("written", "english", "vietnamese"), [
    ('"close"|button', "I am content, close the case", "Tôi hài lòng, khép hồ sơ"),
    ('"answered"|state', "Answered", "Đã trả lời"),
    ('"submit"|event_line', "The complaint was received.", "Phản ánh đã được nhận."),
])
def test_a_fixed_word_is_not_kept_in_the_first_readers_language(app, written, english, vietnamese):
    with app.test_request_context("/", environ_overrides={FLAG: "en"}):
        page = app.jinja_env.from_string("{{ " + written + " }}")

    def read(language: str) -> str:
        with app.test_request_context("/", environ_overrides={FLAG: language}):
            return page.render()

    assert [read("en"), read("vi"), read("en")] == [english, vietnamese, english]
