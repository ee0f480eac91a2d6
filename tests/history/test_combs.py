"""Moments: taken apart and put together, none is lost and none is asked for twice."""

from hypothesis import given
from hypothesis import strategies as st

from slogen.history.combs import Comb, merged, without

combs = st.builds(
    lambda step, start, count: Comb(step, start, start + step * (count - 1)),
    st.sampled_from((30, 60, 300)),
    st.integers(0, 40).map(lambda n: n * 30),
    st.integers(1, 30),
)


def moments(combs):
    return sorted(at for comb in combs for at in comb)


@given(st.lists(combs, max_size=6))
def test_merged_are_the_same_moments(given):
    found = merged(given)
    by_phase = {(c.step, at) for c in given for at in c}
    assert {(c.step, at) for c in found for at in c} == by_phase
    assert len(moments(found)) == len(by_phase)


@given(st.lists(combs, max_size=4), st.lists(combs, max_size=4))
def test_what_is_missing_is_what_nobody_asked_for(wanted, known):
    there = {(c.step, at) for c in known for at in c}
    expected = {(c.step, at) for c in wanted for at in c} - there
    assert {(c.step, at) for c in without(wanted, known) for at in c} == expected


@given(combs, st.integers(1, 7), st.sampled_from((0, 300, 900)))
def test_chunks_are_the_whole(comb, most, within):
    parts = list(comb.chunks(most, within))
    assert [at for part in parts for at in part] == list(comb)
    assert all(len(part) <= most for part in parts)
    if within:
        assert all(part.start // within == part.end // within for part in parts)


def test_a_comb_is_of_multiples_and_knows_its_moments():
    comb = Comb.over(1010, 1300, 60)
    assert list(comb) == [960, 1020, 1080, 1140, 1200, 1260]
    assert 1020 in comb
    assert 1050 not in comb
    assert list(comb.earlier(900)) == [60, 120, 180, 240, 300, 360]
