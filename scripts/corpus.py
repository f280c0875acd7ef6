#!/usr/bin/env python3
"""Checks the labelled values in tests/corpus and prints how many there are.

    scripts/corpus.py

Ends with 1 where a file is not as tests/corpus/sources.md says. A part that is absent is left out.
"""

import collections
import hashlib
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "corpus"
COLUMNS = ["class", "subclass", "language", "key", "value", "source"]
SUBCLASSES = {
    "placeholder": "angle change-me comment connection descriptive dummy mask nothing reference replace template todo word your-value",
    "weak": "common-password own-name published-default repeated sequence short url-password",
    "setting": "duration email flag host id list mode name number path port text url version",
}
LANGUAGES = "- de en es fr it ja ko nl pl pt ru tr zh".split()
# What a template never holds for somebody to use, whatever its label: shapes that scanners report.
LIVE = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60}|glpat-[\w-]{20}|(AKIA|ASIA)[A-Z2-7]{16}|xox[abp]-\d+-|[rs]k_live_[A-Za-z0-9]{16}"
    r"|AIza[\w-]{35}|SG\.[\w-]{22}\.|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}|\b\d{8,10}:[\w-]{35}\b|-----BEGIN [A-Z ]+-----\\n[A-Za-z0-9+/]{40}"
)


# Files as they come: they share rows with the other parts, and a row may be in up to three of them. The first two are one part, cut in two.
NATURAL = ("natural", "last")
AS_THEY_COME = {"natural": "natural", "last": "natural", "further": "further", "later": "later", "latest": "latest"}
ROWS_OF_A_FILE, FILES_OF_A_ROW = 12, 3


def part(source: str, value: str) -> str:
    """Which of dev and test a row belongs to: all rows of a source are in one. The fresh part is not split so."""
    name = f"made/{value}" if source == "made" else source
    return "dev" if int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 10 < 4 else "test"


def natural_part(source: str) -> str:
    """Which of natural and last a row belongs to: all rows of a source are in one."""
    return NATURAL[int(hashlib.sha256(source.encode()).hexdigest()[:8], 16) % 2]


def table(name: str, columns: list[str]) -> tuple[list[list[str]], list[str]]:
    text = (FOLDER / name).read_bytes().decode("utf-8")
    head, *lines = text.removesuffix("\n").split("\n")
    wrong = [] if head.split("\t") == columns and text.endswith("\n") else [f"{name}: head or end"]
    rows = [line.split("\t") for line in lines]
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns) or any(not cell or cell != cell.strip() or not cell.isprintable() for cell in row):
            wrong.append(f"{name}:{number}: cells")
    if rows != sorted(rows):
        wrong.append(f"{name}: not sorted")
    return rows, wrong


def main() -> int:
    wrong: list[str] = []
    seen: set[tuple[str, str]] = set()
    files: dict[tuple[str, str, str], list[str]] = {}
    labels: dict[tuple[str, str], list[str]] = {}
    lengths: collections.Counter = collections.Counter()
    counts: dict[str, collections.Counter] = {}
    sources: dict[str, set[str]] = {}
    parts = [name for name in ("dev", "test", "fresh", *AS_THEY_COME) if (FOLDER / f"{name}.tsv").exists()]
    for name in parts:
        rows, bad = table(f"{name}.tsv", COLUMNS)
        wrong += bad
        counts[name], sources[name] = collections.Counter(), set()
        for number, row in enumerate(rows, 2):
            if len(row) != len(COLUMNS):
                continue
            label, sub, language, key, value, source = row
            at = f"{name}.tsv:{number}"
            if sub not in SUBCLASSES.get(label, "").split() or language not in LANGUAGES:
                wrong.append(f"{at}: label")
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key):
                wrong.append(f"{at}: key")
            if not re.fullmatch(r"made|file/\d+|[\w.-]+/[\w.-]+", source):
                wrong.append(f"{at}: source")
            elif name in ("dev", "test") and part(source, value) != name:
                wrong.append(f"{at}: part")
            elif name in NATURAL and natural_part(source) != name:
                wrong.append(f"{at}: part")
            elif name not in ("dev", "test") and (source == "made" or any(source in sources[other] for other in sources if other != name)):
                wrong.append(f"{at}: source is not fresh")
            if name in AS_THEY_COME:
                files.setdefault((AS_THEY_COME[name], key, value), []).append(source)
                lengths[source] += 1
            elif (key, value) in seen:
                wrong.append(f"{at}: twice")
            if labels.setdefault((key, value), row[:3]) != row[:3]:
                wrong.append(f"{at}: another label than before")
            if LIVE.search(value):
                wrong.append(f"{at}: shape of a live credential")
            seen.add((key, value))
            counts[name].update([label, f"{label} {sub}", f"{label} in {language}"])
            sources[name].add(source)
    wrong += [f"{key}: in too many files" for (_, key, _), where in files.items() if len(where) > FILES_OF_A_ROW or len(set(where)) != len(where)]
    wrong += [f"{source}: too many rows" for source, length in lengths.items() if length > ROWS_OF_A_FILE]
    doubtful, bad = table("doubtful.tsv", ["key", "value", "source", "reason"])
    wrong += bad + [f"doubtful.tsv: {row[0]} is labelled too" for row in doubtful if tuple(row[:2]) in seen]
    published, bad = table("published.tsv", ["sha256", "software", "published"])
    wrong += bad + ["published.tsv: digits" for row in published if not re.fullmatch("[0-9a-f]{32}", row[0])]
    for name in parts:
        if name == "dev":
            continue
        digest = hashlib.sha256((FOLDER / f"{name}.tsv").read_bytes()).hexdigest()
        if (FOLDER / f"{name}.sha256").read_text(encoding="utf-8").split() != [digest, f"{name}.tsv"]:
            wrong.append(f"{name}.sha256: not of {name}.tsv")

    for what in sorted(set().union(*counts.values())):
        print(f"{what:32}", *(f"{name} {counts[name][what]:5}" for name in parts))
    print("sources", *(f"{name} {len(sources[name] - {'made'})}" for name in parts))
    print(f"doubtful {len(doubtful)}, published {len(published)}")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
