"""Names the signs of fonts that hold no letters, as Word writes them: a code and a font."""

from __future__ import annotations

# from 0x20 and from 0xA0, in the order of the font Symbol
_SYMBOL = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    " αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑",
}
_WINGDINGS = {
    **{0x6C: "●", 0x6E: "■", 0x6F: "□", 0xA7: "▪", 0xA8: "□", 0x75: "◆"},
    **{0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x78: "☒", 0xD8: "➢"},
    **{0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0x4A: "☺", 0x4C: "☹"},
}


def symbol(code: int, font: str) -> str:
    """Return the sign with a code in a font, "" where it has no character."""
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if font.lower() == "symbol":
        for start, signs in _SYMBOL.items():
            if 0 <= place - start < len(signs):
                return signs[place - start]
    if font.lower().startswith("wingdings"):
        return _WINGDINGS.get(place, "")
    return chr(code) if code != place or 0x20 <= code < 0xD800 else ""
