#!/usr/bin/env python3
"""Writes crate/data/public_suffix_list.txt from a copy of the Public Suffix List.

    tools/public_suffix_list.py public_suffix_list.dat > crate/data/public_suffix_list.txt

A newer list is at https://publicsuffix.org/list/public_suffix_list.dat; Debian's `publicsuffix`
and PyPI's `publicsuffixlist` carry copies.

Each line of the result is a top level domain and the tree of labels that make rules with it, in the
form that `crate/src/site.rs` explains and searches where it lies. Rules of both sections are taken,
as cookies obey both; names are in their ASCII form, as they are in URLs. Rules of a single label
are left out: the list's implied rule `*` covers them.
"""

import re
import sys

HEADER = """\
# Public Suffix List of {date}, https://publicsuffix.org/list/, as a tree.
# This Source Code Form is subject to the terms of the Mozilla Public
# License, v. 2.0. If a copy of the MPL was not distributed with this
# file, You can obtain one at https://mozilla.org/MPL/2.0/.
# Written by tools/public_suffix_list.py, which says how to renew it."""


def ascii_label(label):
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()


class Label:
    """One label of the tree, with those left of it."""

    def __init__(self):
        self.mark = "."  # "" for a rule, "!" for an exception, "." for what only has rules below it
        self.below = {}

    def level(self, nothing_shared="A"):
        """The labels below this one as text: each as the length that it shares with the one before
        it, as a letter from A, and the rest."""
        text, before = "", ""
        for name, label in sorted(self.below.items()):
            shared = min(shared_length(before, name), 25)
            text += (chr(ord("A") + shared) if shared else nothing_shared) + name[shared:] + label.mark
            if label.below:
                text += "(" + label.level() + ")"
            before = name
        return text


def shared_length(a, b):
    return next((at for at, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def main(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    version = re.search(r"^// VERSION: (\d{4}-\d{2}-\d{2})", text, re.MULTILINE)
    if version is None:
        sys.exit(f"{path}: no line '// VERSION: ...', so this list has no date")
    top = Label()
    for line in text.splitlines():
        rule = line.split(maxsplit=1)[0] if line.strip() else "//"
        if rule.startswith("//") or "." not in rule:
            continue
        label = top
        for name in reversed(rule.lower().removeprefix("!").split(".")):
            label = label.below.setdefault(ascii_label(name), Label())
        label.mark = "!" if rule.startswith("!") else ""
    print(HEADER.format(date=version[1]))
    for name, label in sorted(top.below.items()):
        print(name + label.level(" "))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
