"""The text that commands of LaTeX print, by pylatexenc and the definitions of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from index.corpus.readers.scripts import inline_note, lowered, raised

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec
    from pylatexenc.latexwalker import LatexMacroNode
    from pylatexenc.macrospec import MacroSpec

# Commands that pylatexenc leaves out or does not know: the form of their arguments, and which of
# them is printed.
_PRINTED = {
    **dict.fromkeys(("texttt", "textsf", "mbox", "textsuperscript", "textsubscript"), ("{", 0)),
    "hyperref": ("[{", 1),
    "hypertarget": ("{{", 1),
    "multicolumn": ("{{{", 2),
    "multirow": ("[{[{[{", 5),
    "caption": ("*[{", 2),
    "hyperlink": ("{{", 1),
    "parbox": ("[[[{{", 4),
    "raisebox": ("{[[{", 3),
    "scalebox": ("{[{", 2),
}
_SCRIPTS = {"textsuperscript": raised, "textsubscript": lowered}
# The key of what is referred to stands for its number, which only a run of LaTeX knows.
_REFERENCES = ("ref", "eqref", "pageref", "autoref", "nameref", "cref", "Cref", "vref")
_CITATIONS = ("cite", "citet", "citep", "textcite", "parencite", "autocite", "footcite")
_UNPRINTED = {
    **dict.fromkeys(("includegraphics", "vspace", "hspace"), "*[{"),
    **dict.fromkeys(("today", "maketitle", "tableofcontents", "printbibliography"), ""),
    **dict.fromkeys(("pagestyle", "thispagestyle", "bibliographystyle", "index", "cline"), "{"),
    **{"addcontentsline": "{{{", "rule": "[{{", "linebreak": "[", "pagebreak": "["},
}
_SIGNS = {"S": "§", "P": "¶", "copyright": "©", "pounds": "£", "euro": "€"}
_QUANTITIES = ("SI", "qty")  # of siunitx, as are the units
_UNITS = {
    **{"micro": "µ", "milli": "m", "centi": "c", "kilo": "k", "mega": "M", "giga": "G"},
    **{"metre": "m", "meter": "m", "gram": "g", "tonne": "t", "litre": "l", "liter": "l"},
    **{"second": "s", "minute": "min", "hour": "h", "hertz": "Hz", "watt": "W", "joule": "J"},
    **{"newton": "N", "pascal": "Pa", "volt": "V", "ampere": "A", "kelvin": "K", "mole": "mol"},
    **{"celsius": "°C", "degreeCelsius": "°C", "percent": "%", "per": "/"},
    **{"squared": "²", "square": "", "cubed": "³", "byte": "B", "bit": "bit"},
}
_ENVIRONMENTS = {
    **{"longtable": "[{", "tabulary": "{{", "xltabular": "{{", "supertabular": "{"},
    **{"thebibliography": "{", "wrapfigure": "[{[{", "minipage": "[[[{", "multicols": "{["},
    **{"tabular": "[{", "tabular*": "{[{"},
}
_DEFINITION = re.compile(
    r"\\(?:(?:re)?new|provide)command\*?(?:\s*\{)?\s*\\([A-Za-z]+)(?:\s*\})?\s*(?:\[([1-9])\])?\{"
)
_MOST_DEFINITIONS = 500

Convert = Callable[[str], str]


def latex_words(definitions: str) -> Convert:
    """Return a function that turns LaTeX into its text, with the commands that are defined.

    A definition may use those of pylatexenc, but not others of the document, which could grow
    without end.
    """
    plain = _converter([], [])
    own = list(_defined(definitions, plain))
    return _converter([spec for spec, _ in own], [text for _, text in own]) if own else plain


def _converter(specs: list[MacroSpec], texts: list[MacroTextSpec]) -> Convert:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec
    from pylatexenc.latex2text import get_default_latex_context_db as texts_of_commands
    from pylatexenc.latexwalker import get_default_latex_context_db as forms_of_commands
    from pylatexenc.macrospec import EnvironmentSpec, std_macro

    forms = forms_of_commands()
    forms.add_context_category(
        "printed",
        macros=[
            *(std_macro(name, form) for name, (form, _) in _PRINTED.items()),
            *(std_macro(name, "*{") for name in _REFERENCES),
            *(std_macro(name, "*[[{") for name in _CITATIONS),
            *(std_macro(name, form) for name, form in _UNPRINTED.items()),
            std_macro("href", "{{"),
            std_macro("bibitem", "[{"),
            *(std_macro(name, "[{{") for name in _QUANTITIES),
            *specs,
        ],
        environments=[EnvironmentSpec(name, form) for name, form in _ENVIRONMENTS.items()],
        prepend=True,
    )
    printed = texts_of_commands()
    printed.add_context_category(
        "printed",
        macros=[
            *(MacroTextSpec(name, partial(_argument, at)) for name, (_, at) in _PRINTED.items()),
            *(MacroTextSpec(name, partial(_argument, 1)) for name in _REFERENCES),
            *(MacroTextSpec(name, _citation) for name in _CITATIONS),
            *(MacroTextSpec(name, "") for name in _UNPRINTED),
            *(MacroTextSpec(name, sign) for name, sign in (_SIGNS | _UNITS).items()),
            MacroTextSpec("href", _link),
            MacroTextSpec("footnote", _note),
            MacroTextSpec("bibitem", _source),
            *(MacroTextSpec(name, _quantity) for name in _QUANTITIES),
            *texts,
        ],
        prepend=True,
    )
    texts_by = LatexNodes2Text(printed, keep_comments=False)
    return partial(texts_by.latex_to_text, latex_context=forms)


def _argument(at: int, node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    arguments = node.nodeargd.argnlist if node.nodeargd else ()
    if at >= len(arguments) or arguments[at] is None:
        return ""
    text: str = l2tobj.nodelist_to_text([arguments[at]])
    return _SCRIPTS.get(node.macroname, str)(text)


def _link(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    address, text = (_argument(at, node, l2tobj) for at in (0, 1))
    return f"{text} <{address}>" if address and text != address else text


def _quantity(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    return f"{_argument(1, node, l2tobj)} {_argument(2, node, l2tobj)}"


def _note(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    return inline_note(_argument(1, node, l2tobj))


def _source(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    return f"\n\n[{_argument(1, node, l2tobj)}] "


def _citation(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    before, after, key = (_argument(at, node, l2tobj).strip("[]") for at in (1, 2, 3))
    if before and not after:
        before, after = "", before
    return f"[{', '.join(filter(None, (f'{before} {key}'.strip(), after)))}]"


def _defined(source: str, convert: Convert) -> Iterator[tuple[MacroSpec, MacroTextSpec]]:
    """Yield the form and the text of each command that a document defines."""
    from pylatexenc.latex2text import MacroTextSpec
    from pylatexenc.macrospec import std_macro

    for found, _ in zip(_DEFINITION.finditer(source), range(_MOST_DEFINITIONS), strict=False):
        body = _braced(source, found.end())
        arguments = int(found[2] or 0)
        yield (
            std_macro(found[1], "{" * arguments),
            MacroTextSpec(found[1], partial(_expanded, body, arguments, convert)),
        )


def _braced(source: str, start: int) -> str:
    """Return what stands from `start` to the brace that closes it, within some thousand signs."""
    depth = 1
    for at, char in enumerate(source[start : start + 2000], start):
        depth += (char == "{") - (char == "}")
        if not depth:
            return source[start:at]
    return ""


def _expanded(
    body: str, count: int, convert: Convert, node: LatexMacroNode, l2tobj: LatexNodes2Text
) -> str:
    for at in range(count):
        body = body.replace(f"#{at + 1}", _argument(at, node, l2tobj))
    return convert(body)
