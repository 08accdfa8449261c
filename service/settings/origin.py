"""The origin of a web page, as settings and keys name it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_FORM = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")


def _check(text: str) -> str:
    if not _FORM.fullmatch(text):
        raise ValueError(
            "an origin is a scheme, a host and an optional port, as https://example.org"
        )
    return text


Origin = Annotated[str, AfterValidator(_check)]
