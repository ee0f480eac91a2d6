"""Which metric of a run is the one that a spec names."""

import pytest

from slogen.evals.names import AmbiguousError, nearest, split_percent


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        ("accuracy", ["accuracy", "accuracy/mean"], "accuracy"),
        ("helpfulness", ["helpfulness/mean", "helpfulness/std"], "helpfulness/mean"),
        ("toxicity", ["toxicity/v1/mean", "toxicity/v1/variance"], "toxicity/v1/mean"),
        ("cosine_similarity", ["Cosine Similarity"], "Cosine Similarity"),
        ("exact", ["exact/true_fraction"], "exact/true_fraction"),
        ("accuracy", ["match/accuracy", "match/stderr"], "match/accuracy"),
        ("accuracy", ["acuracy"], None),
        ("mean", ["accuracy/mean"], None),
        ("accuracy", ["inaccuracy"], None),
    ],
)
def test_by_name(wanted, names, found):
    assert nearest(wanted, names) == found


def test_several_are_none():
    with pytest.raises(AmbiguousError, match="`match/accuracy`, `includes/accuracy`"):
        nearest("accuracy", ["match/accuracy", "includes/accuracy"])


def test_percents():
    assert split_percent("accuracy%", ["accuracy"]) == ("accuracy", True)
    assert split_percent("accuracy%", ["accuracy%"]) == ("accuracy%", False)
