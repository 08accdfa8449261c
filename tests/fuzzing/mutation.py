"""Inputs that are nearly valid: seeds of a corpus, cut, doubled, moved and overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import strategies as st

# Bytes that parsers often fail on, inserted anywhere.
_TOKENS = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\n---\n", b"<!--", b"]]>",
    b"<![CDATA[", b"[" * 500, b"{" * 500, b"> " * 200, b"`" * 20, b"*" * 20, b"| " * 50,
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&#0;", b"&#x10ffff;", b"<" * 50,
    b"1e999", b"-0", b"NaN", b"9" * 30, b"\\ud800", b"'", b'"', b"\\", b"%s",
    b"0000-00-00", b"9999-12-31", b"!!python/object:os.system", b"&a [*a]", b"..\\..//",
    b"\xe2\x80\xae", b"\xf0\x9f\x98\x80",
]  # fmt: skip

Edit = tuple[str, float, float, bytes]
_edits = st.lists(
    st.tuples(
        st.sampled_from(["cut", "double", "strike", "insert", "move"]),
        st.floats(0, 1),
        st.floats(0, 0.2),
        st.one_of(st.sampled_from(_TOKENS), st.binary(min_size=1, max_size=8)),
    ),
    min_size=1,
    max_size=6,
)


def mutated(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return seeds with a few edits each, and sometimes random bytes."""
    return st.one_of(
        st.builds(_apply, st.sampled_from(list(seeds)), _edits),
        st.builds(_apply, st.sampled_from(list(seeds)), _edits),
        st.binary(max_size=200),
    )


def mutated_archives(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return zip archives with edits of one of their files, and some with edits of the archive."""
    inside = st.builds(_inside, st.sampled_from(list(seeds)), st.integers(0, 1000), _edits)
    return st.one_of(inside, inside, inside, mutated(seeds))


def _inside(archive: bytes, place: int, edits: list[Edit]) -> bytes:
    stream = BytesIO()
    try:
        with ZipFile(BytesIO(archive)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
            names = old.namelist()
            chosen = names[place % len(names)]
            for name in names:
                content = old.read(name)
                new.writestr(name, _apply(content, edits) if name == chosen else content)
    except Exception:  # a kept input may not be an archive, and zipfile raises many kinds of errors
        return _apply(archive, edits)
    return stream.getvalue()


def _apply(content: bytes, edits: list[Edit]) -> bytes:
    for name, where, share, data in edits:
        start = int(where * len(content))
        end = min(len(content), start + 1 + int(share * len(content)))
        content = _EDITS[name](content, start, end, data)
    return content


_EDITS: dict[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "cut": lambda content, start, end, _: content[:start] + content[end:],
    "double": lambda content, start, end, _: content[:end] + content[start:],
    "strike": lambda content, start, _, data: content[:start] + data + content[start + len(data) :],
    "insert": lambda content, start, _, data: content[:start] + data + content[start:],
    "move": lambda content, start, end, _: content[:start] + content[end:] + content[start:end],
}
