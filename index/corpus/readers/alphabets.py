"""The letters of languages, by which a text is known that was read in the wrong encoding."""

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


# The letters that make up four fifths of a text in Russian and its neighbours, Greek, and Hebrew.
_COMMON = (
    ("\u0400", "\u0530", frozenset("оаеинтсрвлкмдпуыіїьяз")),
    ("\u0370", "\u0400", frozenset("αοιετσνηυρπκλμωςάίόέήύώγδθ")),
    ("\u05d0", "\u05eb", frozenset("יוהלארתמבשנםפדחקעכ")),
)
_USUAL = 0.75  # the least share of them in a short text


def common_share(text: str) -> float:
    """Return the share of common letters among those of other scripts, 1 if it is usual."""
    letters = Counter(text.lower())
    shares = [1.0]
    for first, last, common in _COMMON:
        own = {char: count for char, count in letters.items() if first <= char < last}
        if total := sum(own.values()):
            shares.append(sum(own[char] for char in own.keys() & common) / total / _USUAL)
    return min(shares)


def alphabet_share(text: str) -> float:
    """Return the share of the Latin letters beyond ASCII that one language has; 1 without any."""
    letters = Counter(char for char in text.lower() if "\x7f" < char < "\u0250" and char.isalpha())
    total = letters.total()
    if not total:
        return 1.0
    known = (sum(letters[one] for one in alphabet) for alphabet in _ALPHABETS)
    return max(known) / total
