from __future__ import annotations

from pathlib import Path

import pytest

from index import Hit, Query, Retriever
from index.generation.folder import open_generation
from tests.fakes import FakeEmbedder, build, write_files

STORY = (
    "Ninety ships unload copper in the harbour every winter. Merchants weigh the copper at dawn, "
    "and porters carry it uphill to the furnaces before the market opens. The council taxes every "
    "load twice, once at the quay and once more at the gate."
)
OTHER = "Copper was unloaded in the harbour by ninety ships, the merchants say."


def ask(tmp_path: Path, files: dict[str, str], question: str, top_k: int = 5) -> list[Hit]:
    if not (tmp_path / "i").exists():
        build(write_files(tmp_path / "d", files), tmp_path / "i")
    retriever = Retriever(FakeEmbedder())
    return retriever.search(Query(question, top_k), open_generation(tmp_path / "i"))


def shown(hits: list[Hit]) -> list[set[str]]:
    """Return the paths that each hit stands for."""
    return [{hit.source.path, *(source.path for _, source in hit.duplicates)} for hit in hits]


@pytest.mark.parametrize(
    "copy",
    [
        f"{STORY}\n",
        STORY.upper().capitalize(),
        STORY.replace("twice", "doubly"),
        f"{STORY} (Agencies)",
    ],
)
def test_one_story_in_two_files_is_shown_once_with_the_other_listed(
    tmp_path: Path, copy: str
) -> None:
    files = {"a.md": STORY, "b.md": copy, "c.md": OTHER}
    hits = ask(tmp_path, files, "copper in the harbour")
    assert sorted(map(sorted, shown(hits))) == [["a.md", "b.md"], ["c.md"]]
    (listed,) = next(hit for hit in hits if hit.duplicates).duplicates
    passage, source = listed
    assert passage.document_id == source.id
    assert passage.text.casefold().startswith("ninety ships")


def test_titles_and_headings_do_not_tell_copies_apart(tmp_path: Path) -> None:
    files = {
        "a.md": f"---\ntitle: Gazette\n---\n\n# Trade\n\n{STORY}",
        "b.md": f"---\ntitle: Courier\n---\n\n# Shipping news of the week\n\n{STORY}",
    }
    assert shown(ask(tmp_path, files, "copper")) == [{"a.md", "b.md"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STORY, OTHER),
        (STORY, STORY.split(".", maxsplit=1)[0] + "."),
        ("To be or not to be.", "Who are you?"),
        ("☃ ☃ ☃", "★ ★"),
        (
            "In 2018 Quill Shipping of Thessaly carried 412 loads of copper at a profit.",
            "In 2019 Quill Shipping of Thessaly carried 380 loads of copper at a profit.",
        ),
        (
            f"{STORY} In 2018 the council counted 412 loads.",
            f"{STORY} In 2019 the council counted 380 loads.",
        ),
    ],
)
def test_different_texts_are_both_shown(tmp_path: Path, one: str, other: str) -> None:
    hits = ask(tmp_path, {"a.md": one, "b.md": other}, "what of the copper?")
    assert sorted(map(sorted, shown(hits))) == [["a.md"], ["b.md"]]


CROWD = {
    **{f"copy{number}.md": STORY + "\n" * number for number in range(6)},
    **{
        f"other{number}.md": f"The harbour of {name} is known for copper and {thing}."
        for number, (name, thing) in enumerate(
            [("Pella", "quinces"), ("Argos", "sheep"), ("Volos", "ash"), ("Naxos", "marble")]
        )
    },
}


def test_copies_do_not_take_the_places_of_others(tmp_path: Path) -> None:
    assert len(ask(tmp_path, CROWD, "copper in the harbour", top_k=4)) == 4
    everything = shown(ask(tmp_path, CROWD, "copper in the harbour", top_k=50))
    assert sorted(map(len, everything)) == [1, 1, 1, 1, 6]
    assert set.union(*everything) == set(CROWD)


def test_a_hit_lists_the_same_copies_however_many_hits_are_asked_for(tmp_path: Path) -> None:
    question = "copper market gate furnaces"
    files = {
        "a.md": f"---\ntitle: Copper harbour\n---\n\n{STORY}",
        "b.md": "---\ntitle: Copper harbour\n---\n\nThe harbour copper of Pella at the market.",
        "c.md": f"---\ntitle: Sheep, marble, ash and quinces of the islands\n---\n\n{STORY}",
    }
    whole = ask(tmp_path, files, question, top_k=50)
    assert shown(whole) == [{"a.md", "c.md"}, {"b.md"}]
    assert shown(ask(tmp_path, files, question, top_k=1)) == [{"a.md", "c.md"}]
