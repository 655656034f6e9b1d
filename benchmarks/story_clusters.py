"""How well stories in two languages hold together as clusters: B-cubed, beside the figures of pairs.

    qala import ../shared/eval/stories.jsonl; qala stories --json | python -m benchmarks.story_clusters

For each labelled document: how much of its story belongs there (precision), how much of what belongs there is in its
story (recall), the mean of all. Across languages every pair is labelled. Within Russian only some are: there a document
counts beside those it is labelled with, itself among them.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path


def bcubed(found: Mapping[str, Hashable], wanted: Mapping[str, Hashable]) -> tuple[float, float]:
    """Precision and recall of clusters, by the documents of `wanted`; each gives a document's cluster."""
    of_found, of_wanted = defaultdict(set), defaultdict(set)
    for document, cluster in wanted.items():
        of_found[found[document]].add(document)
        of_wanted[cluster].add(document)
    met = [
        (len(of_found[found[document]] & of_wanted[cluster]), found[document], cluster)
        for document, cluster in wanted.items()
    ]
    precision = sum(count / len(of_found[cluster]) for count, cluster, _ in met) / len(met)
    recall = sum(count / len(of_wanted[cluster]) for count, _, cluster in met) / len(met)
    return precision, recall


def bcubed_within(found: Mapping[str, Hashable], pairs: Iterable[tuple[str, str, bool]]) -> tuple[float, float]:
    """The same where only the `pairs` are labelled: two documents, and whether they belong together."""
    beside: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one, other, same in pairs:
        beside[one].append((other, same))
        beside[other].append((one, same))
    precisions, recalls = [], []
    for document, others in beside.items():
        together = [same for other, same in others if found[document] == found[other]]
        right = 1 + sum(together)
        precisions.append(right / (1 + len(together)))
        recalls.append(right / (1 + sum(same for _, same in others)))
    return sum(precisions) / len(precisions), sum(recalls) / len(recalls)


def _told(name: str, precision: float, recall: float) -> None:
    f1 = 2 * precision * recall / (precision + recall)
    print(f"B-cubed {name} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=Path("../shared/eval/story_pairs.jsonl"))
    pairs = [json.loads(line) for line in parser.parse_args().pairs.read_text(encoding="utf-8").splitlines()]
    wanted = {row[side]: number for number, row in enumerate(pairs) if row.get("across") for side in ("a", "b")}
    found: dict[str, Hashable] = {row[side]: row[side] for row in pairs for side in ("a", "b")}
    for line in sys.stdin:
        story = json.loads(line)
        found |= {document: story["story"] for document in story["articles"] if document in found}
    _told("across", *bcubed(found, wanted))
    _told(
        "within", *bcubed_within(found, [(row["a"], row["b"], row["same"]) for row in pairs if not row.get("across")])
    )


if __name__ == "__main__":
    main()
