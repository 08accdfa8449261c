from __future__ import annotations

from index.evaluation.sampling import choose_sample


def test_a_sample_is_the_same_each_time_and_in_order() -> None:
    few = choose_sample(range(100), 5)
    assert len(few) == 5
    assert few == sorted(set(few))
    assert few == choose_sample(range(100), 5)
    assert few != choose_sample(range(100), 5, seed=1)
    assert choose_sample("abc", 5) == ["a", "b", "c"]
