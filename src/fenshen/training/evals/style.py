"""Measure 2: does it sound like the creator? An authorship verifier fitted on the training side only.

    creator's training pieces | other authors | the plain base's own answers
      → character 2–5-grams (tf-idf) + function-word rates → logistic regression → score 0…1

Held-out text of the creator is the upper bound, other authors (the impostor baseline, scored by folds that
never saw them) the lower bound. Needs scikit-learn, imported on use.

Source: Stamatatos 2009, "A survey of modern authorship attribution methods".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from fenshen.core.errors import EngineMissing

_ENGLISH = (
    "a about after again all also always am an and any are as at away back be because been before being "
    "but by can could did do does don done down each either enough even ever every few first for from get go got "
    "had has have he her here him his how however i if in into is isn it its just know last less let like "
    "little lot many may me might more most much must my myself need never no nor not nothing now of off "
    "often on once one only or other our out over own perhaps quite rather really s same say see she "
    "should so some something still such sure t than that the their them then there these they thing "
    "things this those though through till to too under until up upon us very was we well were what when "
    "where which while who whom why will with without won would yes yet you your yourself im ive its "
    "dont didnt doesnt isnt wasnt wont cant thats youre theyre"
)
_CHINESE = "的了是在我你他她它们这那有和就不都也很吗呢吧啊呀么什怎为个一说要会到着过把被给让从对跟又才还没别再先后里上下来去"
FUNCTION_WORDS = frozenset([*_ENGLISH.split(), *_CHINESE])
_ORDER = sorted(FUNCTION_WORDS)
_PLACE = {word: at for at, word in enumerate(_ORDER)}
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z]+", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w’'-]+ ?)+(?<! )")
_MARKS = ".,;:!?'\"-…、。，！？"

#: Words in a piece that is judged, about as many as an answer has.
PIECE_WORDS = 40


def without_names(text: str) -> str:
    """`text` with names inside sentences and digits covered, so that topics give less away."""
    return re.sub(r"\d", "0", _NAME.sub("X", text))


def function_word_rates(texts: Sequence[str]) -> NDArray[np.float64]:
    """Rate of every function word and punctuation mark, and the mean word and sentence length.

    Returns:
        (texts, features).
    """
    rates = np.zeros((len(texts), len(_ORDER) + len(_MARKS) + 2))
    for row, text in enumerate(texts):
        found = _WORD.findall(text.lower().replace("’", "'").replace("'", ""))
        count = max(1, len(found))
        for word in found:
            if word in _PLACE:
                rates[row, _PLACE[word]] += 1.0 / count
        for at, mark in enumerate(_MARKS, len(_ORDER)):
            rates[row, at] = text.count(mark) / count
        rates[row, -2] = sum(map(len, found)) / count / 10.0
        rates[row, -1] = count / max(1, len(re.findall(r"[.!?。！？]+", text))) / 40.0
    return rates


def pieces(text: str, size: int = PIECE_WORDS) -> list[str]:
    """`text` cut into stretches of about `size` words (Chinese: twice as many characters)."""
    if re.search(r"[\u3400-\u9fff]", text):
        cut = [text[at : at + 2 * size] for at in range(0, len(text), 2 * size)]
    else:
        tokens = text.split()
        cut = [" ".join(tokens[at : at + size]) for at in range(0, len(tokens), size)]
    return cut if len(cut) < 2 or len(cut[-1]) * 2 >= len(cut[0]) else cut[:-1]


OTHER_WRITERS = Path(__file__).parent / "data" / "other_writers.yaml"
FOLDS = 5
#: Creator pieces used for fitting; more add time, not accuracy.
CREATOR_MAX = 250
_RATES_WEIGHT = 4.0


@dataclass(frozen=True)
class Piece:
    """A stretch of text and who or what it is from; pieces of one `source` stay in one fold."""

    text: str
    source: str


def other_writers(language: str) -> list[Piece]:
    """The shipped paragraphs of other writers in `language`."""
    voices = yaml.safe_load(OTHER_WRITERS.read_text(encoding="utf-8"))
    return [
        Piece(text, f"voice:{voice['voice']}")
        for voice in voices
        if voice["language"] == language
        for paragraph in voice["texts"]
        for text in pieces(paragraph)
    ]


def cut(texts: Sequence[tuple[str, str]]) -> list[Piece]:
    """Pieces of `(text, source)`, thinned evenly to `CREATOR_MAX`."""
    found = [Piece(piece, source) for text, source in texts for piece in pieces(text) if piece.strip()]
    step = max(1.0, len(found) / CREATOR_MAX)
    return [found[int(at * step)] for at in range(min(CREATOR_MAX, len(found)))]


class AuthorshipVerifier:
    """How likely a text is the creator's, 0…1.

    Args:
        creator: pieces of the training side.
        others: pieces of other writers and of the plain base.

    Raises:
        EngineMissing: scikit-learn is not installed.
    """

    def __init__(self, creator: Sequence[Piece], others: Sequence[Piece], seed: int) -> None:
        self._all = [*creator, *others]
        self._labels = np.array([1] * len(creator) + [0] * len(others))
        self._seed = seed
        self._judge = _fitted([p.text for p in self._all], self._labels)
        self.out_of_fold = self._folds()

    def score(self, texts: Sequence[str]) -> list[float]:
        """One score per text; an empty text scores 0."""
        found = _predict(self._judge, texts).tolist() if texts else []
        return [s if text.strip() else 0.0 for s, text in zip(found, texts, strict=True)]

    @property
    def auc(self) -> float:
        """Area under the curve of folds that were not seen: 1.0 separates perfectly, 0.5 is chance."""
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(self._labels, self.out_of_fold))

    @property
    def counts(self) -> dict[str, int]:
        """How many pieces it learned from, by their author."""
        others = Counter(p.source.partition(":")[0] for p in self._all[int(self._labels.sum()) :])
        return {"creator": int(self._labels.sum()), "others": others["voice"], "base": others["base"]}

    def impostor_scores(self) -> list[float]:
        """Scores of other people's pieces by folds that did not see them: the floor."""
        scored = zip(self.out_of_fold, self._all, strict=True)
        return [float(score) for score, piece in scored if piece.source.startswith("voice:")]

    def _folds(self) -> NDArray[np.float64]:
        """Each piece's score by a judge that saw nothing of its source."""
        sources = sorted({p.source for p in self._all})
        order = np.random.default_rng(self._seed).permutation(len(sources))
        fold_of = {source: int(place) % FOLDS for source, place in zip(sources, order, strict=True)}
        folds = np.array([fold_of[p.source] for p in self._all])
        scores = np.full(len(self._all), 0.5)
        texts = [p.text for p in self._all]
        for fold in range(FOLDS):
            unseen, seen = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
            if len(unseen) and len(set(self._labels[seen])) == 2:
                judge = _fitted([texts[i] for i in seen], self._labels[seen])
                scores[unseen] = _predict(judge, [texts[i] for i in unseen])
        return scores


def _fitted(texts: Sequence[str], labels: NDArray[np.int64]) -> tuple[Any, Any]:
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise EngineMissing("judging style needs scikit-learn: pip install 'fenshen[train]'") from error
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, max_features=30_000
    )
    grams.fit([without_names(text) for text in texts])
    judge = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
    judge.fit(_features(grams, texts), labels)
    return grams, judge


def _predict(fitted: tuple[Any, Any], texts: Sequence[str]) -> NDArray[np.float64]:
    grams, judge = fitted
    found: NDArray[np.float64] = judge.predict_proba(_features(grams, texts))[:, 1]
    return found


def _features(grams: Any, texts: Sequence[str]) -> Any:
    """(texts, n-grams + rates), sparse."""
    from scipy.sparse import csr_matrix, hstack

    plain = [without_names(text) for text in texts]
    return hstack([grams.transform(plain), csr_matrix(_RATES_WEIGHT * function_word_rates(plain))]).tocsr()
