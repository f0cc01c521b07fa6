"""Reads the message catalogues of products: every text with its product, language and key.

The key of a gettext message is its English text, in every other catalogue the name that the product gives it.
"""

import gettext
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import polib
import yaml

HERE = Path(__file__).parent

LOCALE = r"([a-z]{2,3}(?:[_-][A-Za-z]{2,8})?(?:@\w+)?)"
GETTEXT = re.compile(rf".*/{LOCALE}/LC_MESSAGES/[^/]*\.[pm]o|(?:.*[/_])?{LOCALE}\.[pm]o")


@dataclass(frozen=True)
class Catalogue:
    product: str
    registry: str
    package: str
    reader: str
    files: str
    group: str


@dataclass(frozen=True)
class Text:
    product: str
    group: str
    language: str
    key: str
    text: str


def listed():
    """The catalogues of catalogues.tsv."""
    for line in (HERE / "catalogues.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            yield Catalogue(*line.split("\t"))


def folder(root, catalogue):
    return root / catalogue.registry / re.sub(r"[/@]", "_", catalogue.package).replace(".", "-" if catalogue.registry == "pypi" else ".")


def language_of(name):
    """The primary language of a locale's name; Chinese and Serbian by their script, as readers see them."""
    parts = re.split(r"[-_@]", re.sub(r"([a-z])([A-Z]{2})$", r"\1-\2", name or "en"))
    primary = parts[0].lower()
    rest = {part.lower() for part in parts[1:]}
    if primary == "zh":
        return "zh-hant" if rest & {"tw", "hk", "hant", "mo"} else "zh-hans"
    if primary == "sr" and rest & {"latn", "latin", "el"}:
        return "sr-latn"
    return {"nb": "no", "nn": "no", "iw": "he", "ua": "uk", "jp": "ja", "cn": "zh-hans", "tw": "zh-hant", "br": "pt"}.get(primary, primary)


def read_all(root):
    """Every text of every catalogue below `root`."""
    scripts = []
    for catalogue in listed():
        base = folder(root, catalogue)
        for language, file in files(base, catalogue):
            if catalogue.reader == "script":
                scripts.append((catalogue, language, file))
                continue
            for key, text in READERS[catalogue.reader](file):
                yield Text(catalogue.product, catalogue.group, language_of(language), key, text)
    yield from read_scripts(scripts)


def files(base, catalogue):
    pattern = re.compile(catalogue.files) if catalogue.files else GETTEXT
    for file in sorted(base.rglob("*")):
        name = str(file.relative_to(base))
        match = pattern.fullmatch(name)
        if not match or not file.is_file():
            continue
        if file.suffix == ".mo" and file.with_suffix(".po").exists():
            continue
        yield next(filter(None, match.groups()), "en"), file


def read_scripts(scripts):
    groups = {catalogue.product: catalogue.group for catalogue, _, _ in scripts}
    lines = "".join(f"{catalogue.product}\t{language}\t{file}\n" for catalogue, language, file in scripts)
    done = subprocess.run(["node", str(HERE / "flatten.mjs")], input=lines, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        product, language, key, text = json.loads(line)
        yield Text(product, groups[product], language_of(language), key, text)


def read_gettext(file):
    try:
        entries = polib.mofile(str(file)) if file.suffix == ".mo" else polib.pofile(str(file))
    except (OSError, UnicodeDecodeError, ValueError):
        return
    for entry in entries:
        # The English text is a text of its own, and comes once for each language: the reader of texts drops doubles.
        if entry.msgid and not entry.obsolete and "fuzzy" not in getattr(entry, "flags", ()):
            yield entry.msgid, entry.msgstr or next(iter(entry.msgstr_plural.values()), "")


def leaves(value, path=""):
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}" if path else str(name))


def read_json(file):
    try:
        yield from leaves(json.loads(file.read_text(encoding="utf-8-sig")))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return


def read_yaml(file):
    for tree in yaml.safe_load(file.read_text()).values():
        yield from leaves(tree)


def read_php(file):
    text = file.read_text(errors="replace")
    for match in re.finditer(r"\$\w+\[(['\"])(.+?)\1\]\s*=\s*(['\"])((?:\\.|(?!\3).)*)\3\s*;", text, re.S):
        yield match[2], re.sub(r"\\(.)", r"\1", match[4])


def read_messages(file):
    """The scripts of Keycloakify: one object, a message a line."""
    for match in re.finditer(r"^\s*\"?([\w.-]+)\"?:\s*(\"(?:\\.|[^\"\\])*\"),?$", file.read_text(), re.M):
        yield match[1], json.loads(match[2])


def read_directus(file):
    """The built scripts of Directus: one object, texts between backquotes."""
    for match in re.finditer(r"[{,]\"?([\w.-]+)\"?:`([^`]*)`", file.read_text()):
        yield match[1], match[2]


READERS = {
    "gettext": read_gettext,
    "json": read_json,
    "yaml": read_yaml,
    "php": read_php,
    "messages": read_messages,
    "directus": read_directus,
}
