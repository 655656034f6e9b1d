"""How well stories in two languages hold together as clusters: B-cubed, beside the figures of pairs.

    qala import ../shared/eval/stories.jsonl; qala stories --json | python -m benchmarks.story_clusters

For each labelled document: how much of its story belongs there (precision), how much of what belongs there is in its
story (recall), the mean of all. Only documents of pairs across languages count: of those every pair is labelled.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Hashable, Mapping
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=Path("../shared/eval/story_pairs.jsonl"))
    pairs = [json.loads(line) for line in parser.parse_args().pairs.read_text(encoding="utf-8").splitlines()]
    wanted = {row[side]: number for number, row in enumerate(pairs) if row.get("across") for side in ("a", "b")}
    found: dict[str, Hashable] = {document: document for document in wanted}
    for line in sys.stdin:
        story = json.loads(line)
        found |= {document: story["story"] for document in story["articles"] if document in wanted}
    precision, recall = bcubed(found, wanted)
    print(f"B-cubed P {precision:.3f}  R {recall:.3f}  F1 {2 * precision * recall / (precision + recall):.3f}")


if __name__ == "__main__":
    main()
