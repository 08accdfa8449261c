"""From a question to a response: create_app() puts the routes together."""

from __future__ import annotations

from flask import Flask

from service.links import SourcePages
from service.problems import register_problems, render_problem
from service.protocols.dify import dify_blueprint
from service.protocols.documents import documents_blueprint
from service.protocols.mcp import mcp_blueprint
from service.protocols.native import native_blueprint
from service.protocols.openai import openai_blueprint
from service.protocols.openwebui import openwebui_blueprint
from service.refreshing import keep_fresh
from service.responses import register_headers
from service.settings import Settings, load_settings
from service.web.pages import pages_blueprint
from service.wiring import open_answerer

_LARGEST_BODY = 64 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Return the WSGI application, ready to answer.

    Raises:
        PinciteError: the settings, the index or the model cannot be used.
    """
    settings = settings or load_settings()
    answerer, live = open_answerer(settings)
    answerer.warm_up()
    pages = SourcePages(settings.public_url)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    register_problems(app, render_problem)
    register_headers(app)
    app.register_blueprint(native_blueprint(answerer, live, pages))
    app.register_blueprint(documents_blueprint(live))
    app.register_blueprint(openai_blueprint(answerer, live, pages))
    app.register_blueprint(openwebui_blueprint(answerer, pages))
    app.register_blueprint(dify_blueprint(answerer, pages))
    app.register_blueprint(mcp_blueprint(answerer, live, pages, settings.host))
    app.register_blueprint(pages_blueprint(answerer, live))
    keep_fresh(live, app.logger)
    return app
