"""The phrases, dates and numbers of the pages in the language of the reader.

A phrase is written in English in the templates. `translations/` has a catalog of gettext for each
other language; a phrase that a catalog lacks is shown in English. Messages of the service, such as
errors, are written where they arise; messages.py finds their phrases.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from babel.units import format_unit
from flask import Flask

from index import Metadata
from service.http.languages import DEFAULT_LANGUAGE, LANGUAGES, reader_language
from service.web.messages import Messages

CATALOGS = Path(__file__).parent / "translations"
_LOCALES = {"en": "en_GB"}  # which writes the day before the month, as a citation does


def register_phrases(app: Flask, catalogs: Path = CATALOGS) -> None:
    """Let the templates of `app` use phrases, dates and numbers in the language of the reader.

    `catalogs` is the folder of the translations, one file for each language.
    """

    def catalog() -> NullTranslations:
        return _catalog(reader_language(), catalogs)

    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda phrase: catalog().ugettext(phrase),
        lambda one, many, number: catalog().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        languages=LANGUAGES, reader_language=reader_language, direction=direction
    )
    app.jinja_env.filters.update(
        number=number,
        score=score,
        day=day,
        long_date=long_date,
        moment=moment,
        percent=percent,
        milliseconds=milliseconds,
        language_name=language_name,
        message=message,
    )


def direction() -> str:
    """Return the direction of the reader's language, as HTML names it."""
    return _locale().text_direction


def number(value: float) -> str:
    """Return a number as the reader writes it."""
    return format_decimal(value, locale=_locale())


def score(value: float) -> str:
    """Return a number with two places, as the reader writes it."""
    shown = round(value, 2) + 0.0  # not -0.00
    return format_decimal(shown, format="0.00", locale=_locale())


def percent(share: float) -> str:
    """Return a share of 1 in percent, as the reader writes it."""
    return format_percent(share, locale=_locale())


def milliseconds(value: float) -> str:
    """Return a number of milliseconds with its unit, as the reader writes it."""
    return str(format_unit(value, "duration-millisecond", "short", locale=_locale()))


def day(metadata: Metadata) -> str:
    """Return the date of a source as the reader writes it, no closer than it is known."""
    date = metadata.date or dt.date.min
    if metadata.precision == "year":
        return str(date.year)
    if metadata.precision == "month":
        return format_skeleton("yMMMM", date, locale=_locale())
    return format_date(date, "long", locale=_locale())


def long_date(written: str) -> str:
    """Return a day, given in ISO 8601, as the reader writes it."""
    return format_date(dt.date.fromisoformat(written), "long", locale=_locale())


def moment(written: str) -> str:
    """Return a time in UTC, given in ISO 8601, as the reader writes it."""
    return format_datetime(dt.datetime.fromisoformat(written), "long", dt.UTC, _locale())


def message(text: str) -> str:
    """Return a message of the service as the reader speaks, or in English without a phrase."""
    return _messages(reader_language()).translate(text)


def language_name(code: str) -> str:
    """Return the name of a language in the reader's, the code itself if it has none."""
    return str(_locale().languages.get(code, code))


def _locale() -> Locale:
    language = reader_language()
    return Locale.parse(_LOCALES.get(language, language))


def _read(language: str, catalogs: Path = CATALOGS) -> Catalog:
    with (catalogs / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def _catalog(language: str, catalogs: Path) -> NullTranslations:
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _read(language, catalogs))
    compiled.seek(0)
    return Translations(compiled)


@cache
def _messages(language: str) -> Messages:
    if language == DEFAULT_LANGUAGE:
        return Messages({})
    phrases = [one for one in _read(language) if one.id and isinstance(one.id, str)]
    return Messages({str(one.id): str(one.string) for one in phrases})
