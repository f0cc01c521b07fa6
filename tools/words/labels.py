"""What the texts of the catalogues mean: the labels of labels.tsv, and what comes near one."""

import re
from pathlib import Path

HERE = Path(__file__).parent

# English texts that speak of what a pair speaks of and have none: nobody judged them, so they are neither learned as
# something else nor counted as such.
NEAR = re.compile(
    r"(n't|not|no|lack\w*|insufficient|without|enough|missing) .{0,25}(permission|privilege|rights?\b|access)"
    r"|not (allowed|permitted|authori[sz]ed)|den(ied|y)\b|unauthori[sz]ed|disallowed|forbidden"
    r"|(cannot|can.t) (edit|delete|publish|remove|give|log in)|(invalid|bad|wrong|missing) (token|authentication|pin|credential|csrf)"
    r"|authentication failed|could not sign in|no login session|pin was incorrect|csrf cookie|incorrect (reset|primary|master)"
    r"|block cookies|need authentication|session not found|does not exist|is locked",
    re.I,
)

LONGEST_NEAR = 200


def words(key):
    return frozenset(re.findall(r"[a-z0-9]+", key.lower()))


class Labels:
    """The pair of a text by its product and key; `None` where it has none, "" where it is not to be judged."""

    def __init__(self):
        self.names, self.sentences = {}, {}
        for line in (HERE / "labels.tsv").read_text().splitlines():
            if line and not line.startswith("#"):
                product, key, pair = line.split("\t")
                if " " in key:
                    self.sentences.setdefault(product, []).append((words(key), pair))
                else:
                    self.names[product, key] = pair
        self.known = {}

    def of(self, product, key, english):
        """`english` is the text in English, where the key is none."""
        known = self.known.get((product, key))
        if known is None:
            known = self.known[product, key] = (self.find(product, key, english),)
        return known[0]

    def find(self, product, key, english):
        if (product, key) in self.names:
            return self.names[product, key]
        if " " in key:
            own = words(key)
            for wanted, pair in self.sentences.get(product, ()):
                if wanted <= own:
                    return pair
        text = key if " " in key else english
        return "" if len(text) < LONGEST_NEAR and NEAR.search(text) else None
