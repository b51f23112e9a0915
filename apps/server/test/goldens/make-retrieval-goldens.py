"""Writes retrieval.json: what training/pixvec_training/metrics.py says of small galleries.

    python apps/server/test/goldens/make-retrieval-goldens.py

Needs NumPy. Vectors have three decimals, so that equal ones are equal everywhere."""

import json
import sys
from pathlib import Path

import numpy as np

here = Path(__file__).parent
sys.path.insert(0, str(here.parents[3] / "training"))

from pixvec_training.metrics import retrieval  # noqa: E402

random = np.random.default_rng(7)


def case(name: str, count: int, labels: int, queries: int, length: int, spread: float) -> dict:
    centres = random.normal(size=(labels, length))
    label = random.integers(0, labels, count)
    vectors = np.round(centres[label] + spread * random.normal(size=(count, length)), 3)
    # Some pictures are there twice: who comes first must not be left to chance.
    vectors[1::7] = vectors[0::7][: len(vectors[1::7])]
    vectors = np.float32(vectors)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    is_query = np.zeros(count, bool)
    is_query[random.permutation(count)[:queries]] = True
    figures = retrieval(vectors.astype(np.float64), label, is_query)
    return {
        "name": name,
        "vectors": [[float(value) for value in row] for row in vectors],
        "labels": [f"label {value}" for value in label],
        "isQuery": is_query.tolist(),
        "metrics": {key: figures[key] for key in ("P@1", "P@5", "mAP@20")},
    }


cases = [
    case("more of a label than are looked at", 120, 3, 30, 4, 0.9),
    case("few of each label", 90, 25, 25, 6, 0.7),
    case("a gallery of three", 7, 2, 4, 3, 0.5),
    case("labels that the gallery lacks", 30, 20, 15, 4, 0.6),
    case("figures that lie between two decimals", 48, 4, 16, 2, 1.5),
]
(here / "retrieval.json").write_text(json.dumps(cases) + "\n")
print({each["name"]: each["metrics"] for each in cases})
