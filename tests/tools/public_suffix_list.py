#!/usr/bin/env python3
"""Writes crate/data/public_suffix_list.txt from a copy of the Public Suffix List.

    tests/tools/public_suffix_list.py public_suffix_list.dat > crate/data/public_suffix_list.txt

A newer list is at https://publicsuffix.org/list/public_suffix_list.dat; Debian's `publicsuffix`
and PyPI's `publicsuffixlist` carry copies.

Each line of the result is a parent domain and the labels that make a rule with it, all sorted by
byte, so that `crate/src/site.rs` can search the text where it lies. Rules of both sections are
taken, as cookies obey both; names are in their ASCII form, as they are in URLs. Rules of a single
label are left out: the list's implied rule `*` covers them.
"""

import re
import sys
from collections import defaultdict

HEADER = """\
# Public Suffix List of {date}, https://publicsuffix.org/list/, by parent domain.
# This Source Code Form is subject to the terms of the Mozilla Public
# License, v. 2.0. If a copy of the MPL was not distributed with this
# file, You can obtain one at https://mozilla.org/MPL/2.0/.
# Written by tests/tools/public_suffix_list.py, which says how to renew it."""


def ascii_label(label):
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()


def main(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    version = re.search(r"^// VERSION: (\d{4}-\d{2}-\d{2})", text, re.MULTILINE)
    if version is None:
        sys.exit(f"{path}: no line '// VERSION: ...', so this list has no date")
    children = defaultdict(set)
    for line in text.splitlines():
        rule = line.split(maxsplit=1)[0] if line.strip() else "//"
        if rule.startswith("//") or "." not in rule:
            continue
        label, parent = (".".join(map(ascii_label, rule.lower().split(".")))).split(".", 1)
        children[parent].add(label)
    print(HEADER.format(date=version[1]))
    for parent in sorted(children):
        print(parent, *sorted(children[parent]))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
