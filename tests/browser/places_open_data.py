"""The page of open data, with files as the night leaves them."""

from feedback import clock
from feedback.extensions import writing
from feedback.services import api_keys, open_files
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import actor_of


def places(house: House) -> list[Place]:
    """A page for everybody, and the administrator's keys."""
    with house.app.app_context():
        made = open_files.make(clock.now())
        with writing():
            open_files.replace(made)
        with writing():
            api_keys.make("Ứng dụng phản ánh của thành phố", actor=actor_of(house.cast.quan))
            api_keys.revoke(api_keys.keys()[0].id, actor=actor_of(house.cast.quan))
            api_keys.make("Cổng hỏi đáp", actor=actor_of(house.cast.quan))
    return [Place("/open-data/", None), Place("/admin/api-keys", house.cast.quan)]
