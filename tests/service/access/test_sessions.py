from __future__ import annotations

from service.access.sessions import SECONDS, Sessions


def test_a_session_leads_to_its_key_until_it_ends() -> None:
    sessions = Sessions()
    one, other = sessions.begin("first"), sessions.begin("second")
    assert one != other
    assert len(one) >= 43
    assert (sessions.key_of(one), sessions.key_of(other)) == ("first", "second")
    sessions.end(one)
    sessions.end("unknown")
    assert (sessions.key_of(one), sessions.key_of(other)) == (None, "second")
    assert sessions.key_of("first") is None


def test_a_session_ends_by_itself() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    token = sessions.begin("first")
    now[0] = SECONDS - 1
    assert sessions.key_of(token) == "first"
    now[0] = SECONDS + 1
    assert sessions.key_of(token) is None
