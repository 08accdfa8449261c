"""The letters beyond ASCII of languages in Latin script, by which a misread text is known."""

from __future__ import annotations

from collections import Counter

# of each language, or of several with the same letters
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "áéíóöőúüű",  # Hungarian
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "ăâîșțşţ",  # Romanian
        "čćđšž",  # Bosnian, Croatian, Serbian, Slovenian
        "çëâîûêô",  # Albanian
        "äöüßéàè",  # German
        "àâæçéèêëîïôœùûüÿñ",  # French
        "áéíñóúüçªº",  # Spanish
        "ãáàâçéêíõóôúüªº",  # Portuguese
        "àèéìíîòóùúªº",  # Italian
        "àçèéíïòóúüñ",  # Catalan
        "åäöéüà",  # Swedish, Finnish
        "æøåéèêóòôäöü",  # Danish, Norwegian
        "áðéíóúýþæö",  # Icelandic, Faroese
        "áéíóúàèìòù",  # Irish, Gaelic
        "äëïöüáéíóúèêç",  # Dutch
        "âêîôûŵŷáéíóúäëïöü",  # Welsh
        "āčēģīķļņšūžōŗ",  # Latvian
        "ąčęėįšųūž",  # Lithuanian
        "äõöüšž",  # Estonian
        "çğıöşüâîûəñ",  # Turkish, Azerbaijani, Tatar
        "ċġħżàèìòù",  # Maltese
        "ĉĝĥĵŝŭ",  # Esperanto
        "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",  # Vietnamese
    )
)


def alphabet_share(text: str) -> float:
    """Return the share of the Latin letters beyond ASCII that one language has; 1 without any."""
    letters = Counter(char for char in text.lower() if "\x7f" < char < "\u0250" and char.isalpha())
    total = letters.total()
    if not total:
        return 1.0
    known = (sum(letters[one] for one in alphabet) for alphabet in _ALPHABETS)
    return max(known) / total
