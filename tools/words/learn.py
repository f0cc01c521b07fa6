"""Learns what sentences of many languages say from the catalogues below the folder that is given, measures it on
products left out, and writes crate/data/sentences.txt. The program that is given too reads all of them, with the table
of words and what was learned before, and is measured beside."""

import random
import subprocess
import sys
import warnings
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.svm import LinearSVC

import catalogues
from features import matrix, normal, plain
from labels import Labels

OUTPUT = Path(__file__).parents[2] / "crate/data/sentences.txt"

# Groups of products that must have a pair, and languages a labelled text, to be learned from.
GROUPS_OF_PAIR, GROUPS_OF_LANGUAGE = 5, 8
# Texts that mean nothing: measured on, learned from at random, and learned from because they come near.
MEASURED, AT_RANDOM, NEAREST = 120_000, 12_000, 15_000
PARTS = 2
# Runs that are kept: each takes a byte for every pair, and one or two for itself.
RUNS = 9_500
# Other texts for one that is taken for a pair.
RARELY = 2000


@dataclass
class Row:
    text: str
    shown: str
    language: str
    pair: str | None
    groups: set = field(default_factory=set)


def read(root):
    """The texts of the catalogues, each once; what is not to be judged left out."""
    labels, rows, english = Labels(), {}, {}
    texts = list(catalogues.read_all(root))
    for text in texts:
        if text.language == "en":
            english[text.product, text.key] = text.text
    for text in texts:
        is_sentence = " " in text.key
        if not text.text or len(text.text) > 300 or is_sentence and text.text == text.key and text.language != "en":
            continue
        shown = normal(text.text)
        if len(shown) < 6:
            continue
        pair = labels.of(text.product, text.key, english.get((text.product, text.key), ""))
        row = rows.setdefault(shown, Row(shown, plain(text.text), text.language, pair))
        row.groups.add(text.group)
        if row.pair != pair:
            row.pair = pair if row.pair is None else row.pair if pair is None else ""
    return [row for row in rows.values() if row.pair not in ("", "-")]


def chosen(rows):
    """The rows of pairs and languages that enough products have, those that mean something first."""
    groups_of = defaultdict(set)
    for row in rows:
        if row.pair:
            groups_of[row.pair] |= row.groups
            groups_of[row.language] |= row.groups
    languages = {row.language for row in rows if len(groups_of[row.language]) >= GROUPS_OF_LANGUAGE}
    good = [row for row in rows if row.language in languages and (not row.pair or len(groups_of[row.pair]) >= GROUPS_OF_PAIR)]
    meaning, others = [row for row in good if row.pair], [row for row in good if not row.pair]
    random.Random(3).shuffle(others)
    return meaning, others[:MEASURED]


def parts_of(rows, meaning):
    """For each row the parts that its groups fall into: groups that mean something spread evenly."""
    sizes = Counter(group for row in meaning for group in row.groups)
    loads, part = [0] * PARTS, {}
    for group, size in sizes.most_common():
        part[group] = loads.index(min(loads))
        loads[part[group]] += size
    return [{part.get(group, zlib.crc32(group.encode()) % PARTS) for group in row.groups} for row in rows]


class Learner:
    def __init__(self, meaning, others):
        self.rows = meaning + others
        self.pairs = sorted({row.pair for row in meaning})
        self.wanted = np.array([self.pairs.index(row.pair) + 1 if row.pair else 0 for row in self.rows])
        self.runs = matrix([row.text for row in self.rows])

    def fit(self, rows):
        weights = np.zeros((self.runs.shape[1], len(self.pairs)), dtype=np.float32)
        bias = np.full(len(self.pairs), -1e3, dtype=np.float32)
        part, wanted = self.runs[rows], self.wanted[rows]
        for number in range(len(self.pairs)):
            if (wanted == number + 1).sum() < 10:
                continue
            model = LinearSVC(C=2.0, dual=True, tol=0.1, max_iter=30, random_state=1)
            model.fit(part, wanted == number + 1)
            weights[:, number], bias[number] = model.coef_[0], model.intercept_[0]
        return weights, bias

    def pruned(self, rows):
        """Only the runs that count most."""
        weights, bias = self.fit(rows)
        counts = np.asarray((self.runs[rows] > 0).sum(0)).ravel()
        importance = np.abs(weights).max(1) * np.sqrt(counts)
        kept = np.zeros_like(weights)
        most = np.argpartition(-importance, RUNS)[:RUNS]
        kept[most] = weights[most]
        return kept, bias

    def to_learn_from(self, meaning):
        rows = np.zeros(len(self.rows), dtype=bool)
        rows[: meaning + AT_RANDOM] = True
        weights, bias = self.fit(rows)
        scores = (self.runs[meaning:] @ weights + bias).max(1)
        rows[meaning + np.argsort(-scores)[:NEAREST]] = True
        return rows

    def left_out(self, rows, parts):
        """The scores of each row by what was learned without the products that have it."""
        scores = np.full((len(self.rows), len(self.pairs)), -9, dtype=np.float32)
        done = np.zeros(len(self.rows), dtype=bool)
        for part in range(PARTS):
            inside = np.array([part in own for own in parts])
            weights, bias = self.pruned(rows & ~inside)
            tested = inside & ~done
            scores[tested] = self.runs[tested] @ weights + bias
            done |= tested
        return scores


def thresholds(scores, wanted, price):
    """For each pair the score from which on right answers outweigh wrong ones at that price each."""
    best, found = scores.argmax(1), []
    for number in range(scores.shape[1]):
        rows = best == number
        order = np.argsort(-scores[rows, number])
        worth = np.where(wanted[rows][order] == number + 1, 1.0, -price).cumsum()
        at = int(worth.argmax()) if len(worth) and worth.max() > 0 else -1
        found.append(max(float(scores[rows, number][order][at]), -0.4) if at >= 0 else 9.0)
    return np.array(found)


def answers(scores, least):
    over = scores - least
    best = over.argmax(1)
    return np.where(over[np.arange(len(over)), best] >= 0, best + 1, 0)


def measured(scores, wanted):
    """Thresholds that keep false positives rare enough."""
    low, high = 1e-4, 1e4
    for _ in range(50):
        price = (low * high) ** 0.5
        taken = (answers(scores, thresholds(scores, wanted, price)) > 0) & (wanted == 0)
        low, high = (low, price) if taken.sum() * RARELY < (wanted == 0).sum() else (price, high)
    return thresholds(scores, wanted, high)


def read_by(program, learner):
    """For each row the pair that the program reads it as: its own where it leads to the same cause, 0 where none."""
    lines = "".join(f"{row.pair or ''}\t{row.shown}\n" for row in learner.rows)
    answers = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.split("\n")
    numbers = {"": 0} | {pair: number + 1 for number, pair in enumerate(learner.pairs)}
    given = np.array([numbers.get(answer, -1) for answer in answers[: len(learner.rows)]])
    return np.where([answer == "right" for answer in answers[: len(learner.rows)]], learner.wanted, given)


def tell(title, learner, given):
    wanted = learner.wanted

    def line(name, meant, said, others):
        right = meant & said & (given == wanted)
        taken = (others & said).sum()
        rarely = f"1 in {others.sum() / taken:.0f}" if taken else "none"
        right_of_said = right.sum() / max(1, (said & (wanted > 0)).sum())
        print(f"{name:24} {meant.sum():6} {right.sum() / max(1, meant.sum()):7.1%} {right_of_said:7.1%}   {rarely}")

    print(f"{title:24} {'texts':>6} {'recall':>7} {'right':>7}   others taken for one")
    line("all", wanted > 0, given != 0, wanted == 0)
    for number, pair in enumerate(learner.pairs):
        own = wanted == number + 1
        line(pair, own, (given == number + 1) | own & (given != 0), (wanted == 0) & (given == number + 1))
    languages = Counter(row.language for row in learner.rows[: (wanted > 0).sum()])
    of_language = np.array([row.language for row in learner.rows])
    for language, _ in languages.most_common():
        own = of_language == language
        line(language, own & (wanted > 0), own & (given != 0), own & (wanted == 0))


def sign(number):
    """A character for a number below 256, as sentences.rs reads it: what is seen of ASCII, then of Latin-1 and on."""
    return chr(ord("!") + number) if number < 94 else chr(0xA1 + number - 94)


def write(learner, weights, bias, least):
    # Finer steps change no answer and pack worse.
    unit = 63 / np.quantile(np.abs(weights[weights != 0]), 0.998)
    whole = np.clip(np.round(weights * unit), -63, 63).astype(np.int8)
    head = []
    for number, pair in enumerate(learner.pairs):
        subject, fault = pair.split()
        head.append(f"{subject}\t{fault}\t{round(bias[number] * unit * 256)}\t{round(least[number] * unit * 256)}")
    packed, before = bytearray(), 0
    for run in np.flatnonzero(np.abs(whole).max(1)).tolist():
        distance, before = run - before, run
        while distance >= 128:
            packed.append(distance & 127 | 128)
            distance >>= 7
        packed.append(distance)
        packed.extend(2 * weight if weight >= 0 else -2 * weight - 1 for weight in whole[run].tolist())
    comment = OUTPUT.read_text().splitlines()[:2]
    OUTPUT.write_text("\n".join([*comment, *head, "", "".join(map(sign, packed)), ""]))
    print(f"{OUTPUT.stat().st_size} bytes")


def main():
    warnings.filterwarnings("ignore")
    meaning, others = chosen(read(Path(sys.argv[1])))
    learner = Learner(meaning, others)
    rows = learner.to_learn_from(len(meaning))
    scores = learner.left_out(rows, parts_of(learner.rows, meaning))
    least = measured(scores, learner.wanted)
    tell("on products left out", learner, answers(scores, least))
    tell("with words", learner, read_by(sys.argv[2], learner))
    write(learner, *learner.pruned(rows), least)


if __name__ == "__main__":
    main()
