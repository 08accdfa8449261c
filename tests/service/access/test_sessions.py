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


def test_one_key_that_signs_in_again_and_again_ends_its_own_sessions_alone() -> None:
    sessions = Sessions()
    other = sessions.begin("other")
    own = [sessions.begin("first") for _ in range(1001)]
    assert sessions.key_of(own[0]) is None
    assert all(sessions.key_of(one) == "first" for one in own[1:])
    assert sessions.key_of(other) == "other"
