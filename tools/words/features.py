"""Texts as counts of hashed runs of characters, exactly as crate/src/facts/statements/sentences.rs makes them."""

import html
import re

import numpy as np
import scipy.sparse as sparse

BITS = 18
SHORTEST, LONGEST = 2, 6

PLACEHOLDER = re.compile(r"\{\{?[^{}]*\}?\}|%\([^)]*\)[sd]|%\d*\$?-?l?[sdu@]|\$\d|%\{[^}]*\}|%\d")
MARKS = set(" \t\n\r!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u00a0\u00ab\u00bb\u00bf\u00a1\u00b7\u060c\u061b\u061f\u0964")


def is_mark(c):
    code = ord(c)
    return c in MARKS or 0x2000 <= code <= 0x206F or 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFF0F or 0xFF1A <= code <= 0xFF20


def plain(text):
    """One line without markup, a zero for each placeholder."""
    return re.sub(r"\s+", " ", PLACEHOLDER.sub("0", html.unescape(re.sub(r"<[^>]*>", " ", text))))


def normal(text):
    """Lower case, one blank for all that is no letter, one zero for all digits and placeholders, a blank at either end."""
    text = plain(text)
    written = [" "]
    for c in text[:400].lower():
        c = " " if is_mark(c) else "0" if "0" <= c <= "9" else c
        if c not in " 0" or written[-1] != c:
            written.append(c)
    if written[-1] != " ":
        written.append(" ")
    return "".join(written)


def matrix(texts):
    """A row for each normal text: its counts, divided by the root of their sum."""
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    row = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))
    rows, columns = [], []
    hashes = np.full(len(codes), 0x811C9DC5, dtype=np.uint32)
    for length in range(1, LONGEST + 1):
        shifted = np.zeros(len(codes), dtype=np.uint32)
        shifted[: len(codes) - length + 1] = codes[length - 1 :]
        hashes = (hashes ^ shifted) * np.uint32(0x01000193)
        if length >= SHORTEST:
            whole = left >= length
            folded = (hashes[whole] ^ (hashes[whole] >> np.uint32(15))) & np.uint32((1 << BITS) - 1)
            rows.append(row[whole])
            columns.append(folded.astype(np.int32))
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    counts = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(texts), 1 << BITS))
    total = np.asarray(counts.sum(1)).ravel()
    return (sparse.diags((1 / np.sqrt(np.maximum(total, 1))).astype(np.float32)) @ counts).tocsr()
