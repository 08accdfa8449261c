"""The language of the pages for a reader: the chosen one, or one that the browser asks for."""

from __future__ import annotations

from flask import request

DEFAULT_LANGUAGE = "en"
# Languages of the pages, each with its own name.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "zh": "中文",
    "ar": "العربية",
}
COOKIE = "pincite_language"
_LONGEST = 500  # characters of a header that is read, which is done for each phrase of a page


def reader_language() -> str:
    """Return the code of a language of LANGUAGES for the current request."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    if len(request.headers.get("Accept-Language", "")) > _LONGEST:
        return DEFAULT_LANGUAGE
    return request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE
