from __future__ import annotations

from pathlib import Path

import pytest

from index import DocumentError, FileRules, Folder
from index.corpus.readers.encoding import Decoded, decode, recode

_SHORT = [
    ("cp1252", "Größe: 42 cm, Höhe: 90 cm.\n"),
    ("cp1252", "El niño cumplió años en mayo.\n"),
    ("cp1252", "Price: 20 € – “net”\n"),
    ("cp1252", "Le café est fermé l’été.\n"),
    ("cp1252", "Nyckeln ligger på hyllan.\n"),
    ("cp1252", "A chave não está no chão.\n"),
    ("cp1252", "Temperature: 21 °C ± 1\n"),
    ("cp1250", "Żółw śpi na łące.\n"),
    ("iso8859-2", "Łódź leży w środku.\n"),
    ("cp1250", "A kulcs a szőnyeg alatt van.\n"),
    ("cp1251", "Ключ лежит под ковром.\n"),
    ("koi8-r", "Ключ лежит под ковром.\n"),
    ("cp866", "Ключ лежит под ковром.\n"),
    ("cp1253", "Το κλειδί είναι κάτω από το χαλί.\n"),
    ("cp1254", "Anahtar halının altında, şişede değil.\n"),
    ("cp1255", "המפתח מתחת לשטיח.\n"),
    ("cp1256", "المفتاح تحت السجادة.\n"),
    ("cp932", "髙橋さんの鍵は棚の中です。\n"),
    ("euc_jp", "鍵は棚の中です。\n"),
    ("iso2022_jp", "鍵は棚の中です。\n"),
    ("gb18030", "钥匙在地毯下面。\n"),
    ("big5", "鑰匙在地毯下面。\n"),
    ("cp949", "열쇠는 선반 위에 있습니다.\n"),
    ("iso8859-16", "Niște țări și orașe au fost vizitate de președintele României.\n"),
    ("iso8859-16", "Știri: „Bună ziua”, a spus el la București.\n"),
    ("iso8859-16", "A kulcs a szőnyeg alatt van, és a fűtés is működik.\n"),
    ("iso8859-16", "Les œufs coûtent 5 €.\n"),
    ("iso8859-16", "Čovjek je došao u šumu i vidio žabu.\n"),
    ("mac_roman", "El niño cumplió años en mayo.\n"),
    ("cp850", "Größe: 42 cm, Höhe: 90 cm.\n"),
    ("cp1251", "МОСКВА СТОЛИЦА РОССИИ\n"),
    ("cp866", "МОСКВА СТОЛИЦА РОССИИ\n"),
    ("hz", "钥匙在地毯下面。\n"),
    ("euc_jp", "ﾃｽﾄ ﾃﾞｰﾀ 株式会社ﾄﾖﾀ\n"),
    ("cp932", "株式会社ﾄﾖﾀ自動車 売上高ﾃﾞｰﾀ\n"),
    ("iso8859-15", "L'élève a reçu une leçon à l'école pour 5 € à Noël.\n"),
]


@pytest.mark.parametrize(("encoding", "text"), _SHORT)
def test_one_short_sentence_is_read_in_the_encoding_it_was_written_in(
    encoding: str, text: str
) -> None:
    assert decode(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize(
    "text",
    [
        *("niño\n", "déjà vu\n", "Müller\n", "Åsa\n", "Kraków\n", "Gäste\n", "rodzą się\n"),
        *("МОСКВА\n", "ΑΘΗΝΑ\n", "bića rađaju\n", "čia\n", "ön\n", "gŵyl\n", "ħielsa\n", "šeit\n"),
    ],
)
@pytest.mark.parametrize(
    "encoding",
    [
        *("cp1251", "cp1253", "koi8-r", "cp866"),
        *(
            "cp1252",
            "cp1250",
            "cp1257",
            "cp850",
            "mac_roman",
            "iso8859-2",
            "iso8859-3",
            "iso8859-14",
        ),
    ],
)
def test_a_single_word_is_read_right_or_reported_as_doubtful(encoding: str, text: str) -> None:
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    decoded = decode(data, "a.txt")
    assert decoded.text == text or "doubtful" in " ".join(decoded.notes)


def test_a_way_of_changing_character_sets_that_is_not_known_is_reported() -> None:
    (note,) = decode(b"\x1b$)A\x0eHKHK\x0f\n", "a.txt").notes
    assert note.startswith("its encoding is doubtful")


def test_romanian_with_cedillas_is_read_with_commas_and_not_doubtful() -> None:
    data = "Şedinţa a fost amânată până joi.\n".encode("cp1250")
    assert decode(data, "a.txt") == Decoded("Ședința a fost amânată până joi.\n")


def test_turkish_keeps_its_cedillas() -> None:
    text = "Anahtar halının altında, şişede değil.\n"
    assert decode(text.encode("cp1254"), "a.txt").text == text


def test_one_bad_byte_in_utf8_costs_that_byte_alone() -> None:
    data = "Jörg Größer wacht.\n".encode() * 3 + b"bad \xff byte\n" + "Käse\n".encode()
    decoded = decode(data, "a.txt")
    assert decoded.text == "Jörg Größer wacht.\n" * 3 + "bad \ufffd byte\nKäse\n"
    assert decoded.notes == ("not UTF-8: 1 shown as \ufffd, in line 4",)


def test_a_sequence_that_is_cut_off_at_the_end_is_one_bad_character() -> None:
    assert decode("Größe und Höhe ü".encode()[:-1], "a.txt").text == "Größe und Höhe \ufffd"


def test_characters_that_say_they_replace_another_are_not_counted_as_bad() -> None:
    assert decode("Größe \ufffd".encode(), "a.txt").notes == ()


def test_a_stray_nul_in_a_long_text_is_reported() -> None:
    decoded = decode(b"A line of a log.\n" * 20 + b"\0\n", "a.log")
    assert decoded.text.endswith("log.\n\ufffd\n")
    assert decoded.notes == ("NUL characters: 1 shown as \ufffd, in line 21",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["薬局は日曜日に閉まります。", "The gate is shut.", "Аптека закрыта.\n"]
)
def test_utf16_without_a_mark_is_read_in_its_byte_order(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == Decoded(text)


def test_what_is_ascii_for_long_is_read_by_the_lines_that_are_not() -> None:
    text = "Nothing but plain letters here.\n" * 10_000 + "Le café est fermé l’été.\n"
    assert decode(text.encode("cp1252"), "a.txt").text == text


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.html", "a.md"])
def test_an_encoding_may_be_stated_beside_the_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes("Kraków łódź".encode("cp852"))
    (tmp_path / f"{name}.yaml").write_text("encoding: cp852\n")
    folder = Folder(tmp_path)
    found = next(file for file in folder.files() if file.path == name)
    assert "Kraków łódź" in folder.read(found).text


def test_an_encoding_may_be_stated_for_a_folder_whose_utf8_files_stay_utf8(tmp_path: Path) -> None:
    (tmp_path / "_metadata.yaml").write_text("encoding: koi8-r\n")
    (tmp_path / "a.txt").write_bytes("Вход".encode("koi8-r"))
    (tmp_path / "b.txt").write_bytes("Вход".encode())
    folder = Folder(tmp_path)
    texts = {file.path: folder.read(file).text for file in folder.files() if file.digest}
    assert texts == {"a.txt": "Вход", "b.txt": "Вход"}


def test_an_encoding_may_be_set_and_its_change_makes_files_new(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Höhe".encode("cp437"))
    usual, other = Folder(tmp_path), Folder(tmp_path, FileRules(encoding="cp437"))
    (file,) = other.files()
    assert other.read(file).text == "Höhe"
    assert [file] != list(usual.files())


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [("klingon", "'klingon' is unknown"), ("cp1253", "is not in its stated encoding cp1253")],
)
def test_a_stated_encoding_that_does_not_fit_is_refused(encoding: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=rf"^a\.txt: .*{reason}"):
        recode(b"\xd2\xff", encoding, "a.txt")
