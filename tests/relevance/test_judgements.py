"""The judgements speak of the corpus as it is, and the measure does what it is named after."""

from collections import Counter
from pathlib import Path

import pytest

from .corpus import GENERATED, described_products, load_corpus
from .judgements import read_judgements
from .measure import ndcg


@pytest.mark.django_db
def test_every_rule_covers_a_product_and_every_need_is_met() -> None:
    load_corpus()
    products = described_products()
    for query in read_judgements():
        for grade, rules in query.rules.items():
            for rule in rules:
                assert any(rule.covers(product) for product in products), f"{query.text}: {grade} = {rule}"
        assert (3 in query.grades(products).values()) == (query.kind != "nothing"), query.text


def test_there_are_queries_of_every_kind_each_asked_once() -> None:
    queries = read_judgements()
    assert len(queries) >= 60
    assert Counter(query.text for query in queries).most_common(1)[0][1] == 1
    assert {query.kind for query in queries} >= {
        "no accents", "accents", "half typed", "typo", "joined", "word order", "former place", "producer",
        "product set", "with place", "spelling", "english", "tone", "item", "capitals", "nothing",
    }  # fmt: skip


def test_the_corpus_has_two_thousand_generated_products() -> None:
    assert len(GENERATED.read_text(encoding="utf-8").splitlines()) == 2_001


def test_a_grade_or_condition_nobody_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "judgements.toml"
    for rule in ('4 = [{ name = "x" }]', '3 = [{ nmae = "x" }]', "3 = [{}]"):
        file.write_text(f'[[need]]\nmeans = "m"\ntexts = {{ t = "k" }}\n{rule}\n')
        with pytest.raises(ValueError, match=r"grade|condition"):
            read_judgements(file)


def test_it_is_one_for_the_best_order_only() -> None:
    assert ndcg([3, 2, 1], [1, 2, 3]) == 1
    assert ndcg([2, 3, 1], [1, 2, 3]) < 1
    assert ndcg([0, 3], [3]) == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)
    assert ndcg([1], [3]) == pytest.approx(1 / 7)


def test_ten_perfect_answers_are_enough() -> None:
    assert ndcg([3] * 10, [3] * 400) == 1
    assert ndcg([3] * 9 + [0], [3] * 400) < 1
    assert ndcg([0] * 10 + [3], [3]) == 0


def test_finding_nothing_is_right_only_where_there_is_nothing() -> None:
    assert ndcg([], []) == 1
    assert ndcg([0], []) == 0
    assert ndcg([], [1]) == 0
