"""create_app: configuration → extensions → desks → errors. What a request meets, in the order it meets it."""

from pathlib import Path

from flask import Flask

from feedback.config import Settings, load_settings
from feedback.extensions import babel, db, login_manager, prepare_engine, ring_with
from feedback.places import static_dir, templates_dir


def create_app(settings: Settings | None = None) -> Flask:
    """Assemble the app. ``settings`` defaults to the environment; raises UnsafeSettings with the remedy."""
    settings = settings or load_settings()
    app = Flask("feedback", template_folder=str(templates_dir()), static_folder=str(static_dir()))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={} if settings.sqlite else {"pool_pre_ping": True},
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
    )
    _connect_tools(app)
    _open_desks(app, settings)
    return app


def _connect_tools(app: Flask) -> None:
    from feedback.adapters import queue
    from feedback.queries import once
    from feedback.services import case_index
    from feedback.web import language
    from feedback.web.pages import Templates

    app.jinja_environment = Templates
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    login_manager.init_app(app)
    language.init_language(app, babel)
    ring_with(app, queue.ring)
    case_index.watch()
    once.watch()


def _open_desks(app: Flask, settings: Settings) -> None:
    from feedback.web import (
        assets,
        csrf,
        errors,
        filters,
        guards,
        limits,
        logs,
        machine_answers,
        pages,
        security,
        staff_session,
        step_up,
    )
    from feedback.web.numbers import RowNumber

    app.url_map.converters["int"] = RowNumber

    # Order matters: logs see everything, security refuses malformed requests before anybody reads them,
    # sessions say who it is, guards say whether they may, CSRF says whether they meant it,
    # and step-up whether it is still them.
    logs.init_logs(app)
    machine_answers.init_machine_answers(app)
    security.init_security(app)
    staff_session.init_staff_sessions(app)
    guards.init_guards(app)
    csrf.init_csrf(app)
    step_up.init_step_up(app)
    limits.init_limits(app)
    assets.init_assets(app, fonts_folder=Path(settings.data) / "cache" / "fonts")
    filters.init_filters(app)
    errors.init_errors(app)
    pages.init_pages(app)
    for blueprint in _blueprints(settings):
        app.register_blueprint(blueprint)


def _blueprints(settings: Settings) -> list:
    from feedback.web import health
    from feedback.web.account import bp as account
    from feedback.web.admin import bp as admin
    from feedback.web.api import bp as api
    from feedback.web.api.files import bp as open_data
    from feedback.web.api.maps import bp as maps
    from feedback.web.desk import bp as desk
    from feedback.web.open311 import bp as open311
    from feedback.web.public import bp as public
    from feedback.web.publication import bp as publication
    from feedback.web.supervision import bp as supervision

    desks = [health.bp, public, account, desk, supervision, publication, admin, api, open_data,
             maps, open311]
    if settings.trial:
        from feedback.web.trial import bp as trial

        desks.append(trial)
    return desks
