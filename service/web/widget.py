"""The script of the chat widget, with its words in the language of the reader."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from service.http.languages import DEFAULT_LANGUAGE
from service.web.phrases import direction, message

_SCRIPT = Path(__file__).parent / "static" / "widget.js"
_SAID = re.compile(r'\bsay\("([^"]+)"')
_ENGLISH = '{ code: "en", direction: "ltr", words: {} }'


@cache
def widget_script(language: str) -> str:
    """Return the script for the current request, whose language is `language`."""
    script = _SCRIPT.read_text(encoding="utf-8")
    if language == DEFAULT_LANGUAGE:
        return script
    words = {phrase: message(phrase) for phrase in widget_phrases()}
    spoken = {"code": language, "direction": direction(), "words": words}
    return script.replace(_ENGLISH, json.dumps(spoken, ensure_ascii=False))


def widget_phrases() -> list[str]:
    """Return what the widget says, in English."""
    return sorted(set(_SAID.findall(_SCRIPT.read_text(encoding="utf-8"))))
