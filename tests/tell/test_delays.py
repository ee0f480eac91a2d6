"""How late alerts come where what is recorded is seen an evaluation later: counted by hand."""

from slogen.emitted.rules import Alert, Group, Recording
from slogen.tell.delays import delays

ID = {"slo_id": "s/a"}
PAGE = {**ID, "severity": "page"}


def alert(expr):
    return Alert("A", expr, PAGE, {})


def late(*groups):
    return delays(groups, "s/a", is_late=True).get(("A", "page"))


def test_each_recording_on_the_way_costs_an_evaluation():
    rules = (Recording("a", "raw", ID), Recording("b", "a"), Recording("c", "b"), alert("c > 1"))
    assert late(Group("g", 30, rules)) == 90
    assert delays([Group("g", 30, rules)], "s/a", is_late=False) == {("A", "page"): 0}


def test_the_longest_way_counts():
    rules = (Recording("a", "raw", ID), Recording("b", "a + raw"), alert("raw > 1 and a > 1 or b > 1"))
    assert late(Group("g", 30, rules)) == 60


def test_another_group_is_an_evaluation_of_its_own_away():
    first = Group("g", 30, (Recording("a", "raw", ID),))
    second = Group("h", 120, (Recording("b", "a"), alert("b > 1")))
    assert late(first, second) == 150
    assert delays([first, second], "s/a", is_late=False) == {("A", "page"): 30}


def test_what_looks_back_or_only_fills_gaps_is_no_link():
    rules = (
        Recording("a", "raw", ID),
        Recording("b", "raw2 or 0 * sum(a)", ID),
        alert("b > 1 unless a > 1 or b offset 5m > 1"),
    )
    assert late(Group("g", 30, rules)) == 30


def test_what_is_recorded_of_what_is_read_only_fills_gaps():
    rules = (Recording("a", "raw", ID), Recording("b", "sum(a)", ID), alert("(sum(a) or b) > 1"))
    assert late(Group("g", 30, rules)) == 30


def test_what_reads_itself_goes_round_once():
    rules = (Recording("a", "raw or a offset 1h or last_over_time(a[1h])", ID), alert("a > 1"))
    assert late(Group("g", 30, rules)) == 30


def test_other_slos_are_other_ways():
    other = Recording("a", "b", {"slo_id": "s/other"})
    rules = (Recording("b", "raw"), other, Recording("a", "raw", ID), alert("a > 1"))
    assert late(Group("g", 30, rules)) == 30


def test_what_another_engine_records_comes_after_it():
    """Where that is late, its own links count too."""
    pages = Group("g", 30, (Recording("a", "raw", ID), Recording("b", "a", ID)))
    budget = Group("h", 120, (Recording("c", "b"), alert("c > 1")))
    for is_late, seconds in ((False, 30), (True, 60)):
        found = delays([budget], "s/a", is_late=False, elsewhere=[(pages, is_late)])
        assert found == {("A", "page"): seconds}
