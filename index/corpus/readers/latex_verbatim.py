"""Keeps what LaTeX prints as it is written, such as code, from being read as commands."""

from __future__ import annotations

import re

_BEGINS = re.compile(r"\\begin\{(verbatim\*?|Verbatim|lstlisting|minted|alltt)\}")
_OPTIONS = re.compile(r"[ \t]*(?:\[[^\]\n]*\]|\{[^}\n]*\})*[ \t]*\n?")
_INLINE = re.compile(r"\\(?:verb\*?|lstinline)([^A-Za-z*\s\[{])([^\n]{0,500}?)\1")
_OPEN, _CLOSE = "\ue000", "\ue001"  # for private use: around the number of a text that is kept
_KEPT = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


class Verbatim:
    """The verbatim texts of a document, each with a mark that stands for it in `source`."""

    def __init__(self, source: str) -> None:
        self._texts: list[str] = []
        source = source.replace(_OPEN, "").replace(_CLOSE, "")
        parts, at = [], 0
        while found := _BEGINS.search(source, at):
            end = source.find(rf"\end{{{found[1]}}}", found.end())
            if end < 0:
                break
            options = _OPTIONS.match(source, found.end(), end)
            start = options.end() if options and found[1] != "alltt" else found.end()
            parts += [source[at : found.start()], "\n\n", self._keep(source[start:end]), "\n\n"]
            at = end + len(found[0]) - len("begin") + len("end")
        parts.append(source[at:])
        self.source = _INLINE.sub(lambda found: self._keep(found[2]), "".join(parts))

    def restore(self, text: str) -> str:
        """Return text with what its marks stand for."""
        return _KEPT.sub(lambda found: self._texts[int(found[1])], text)

    def is_alone(self, text: str) -> bool:
        """Whether a text is nothing but one mark."""
        return bool(_KEPT.fullmatch(text.strip()))

    def _keep(self, text: str) -> str:
        self._texts.append(text.strip("\n"))
        return f"{_OPEN}{len(self._texts) - 1}{_CLOSE}"
