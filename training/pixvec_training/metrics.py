"""Retrieval metrics over embeddings [N, D] and labels [N]; cosine similarity throughout."""

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def retrieval(vectors: np.ndarray, labels: np.ndarray, is_query: np.ndarray, depth: int = 20) -> dict[str, float]:
    """Percentages of queries against the gallery. AP@20 is divided by min(20, relevant pictures in the gallery);
    k-NN is the vote of the 5 nearest, each weighed by its cosine."""
    vectors = unit(vectors)
    queries, gallery = np.flatnonzero(is_query), np.flatnonzero(~is_query)
    similar = vectors[queries] @ vectors[gallery].T
    order = np.argsort(-similar, axis=1, kind="stable")[:, :depth]
    relevant = labels[gallery][order] == labels[queries][:, None]
    precision = np.cumsum(relevant, 1) / np.arange(1, relevant.shape[1] + 1)
    possible = (labels[gallery][None] == labels[queries][:, None]).sum(1)
    ap = (precision * relevant).sum(1) / np.minimum(depth, np.maximum(possible, 1))
    votes = [
        _vote(labels[gallery][row[:5]], similar[i, row[:5]]) == labels[queries[i]] for i, row in enumerate(order)
    ]
    percent = lambda values: round(100 * float(np.mean(values)), 1)  # noqa: E731
    return {
        "P@1": percent(relevant[:, 0]),
        "P@5": percent(relevant[:, :5]),
        "mAP@20": percent(ap),
        "5-NN": percent(votes),
    }


def _vote(labels: np.ndarray, weights: np.ndarray):
    names = np.unique(labels)
    return names[np.argmax([weights[labels == name].sum() for name in names])]


def found_again(originals: np.ndarray, changed: np.ndarray) -> float:
    """Percentage of changed pictures whose nearest neighbour among all originals is their own (recall@1)."""
    nearest = (unit(changed) @ unit(originals).T).argmax(1)
    return round(100 * float(np.mean(nearest == np.arange(len(originals)))), 1)


def effective_rank(vectors: np.ndarray) -> float:
    """(Σλ)² / Σλ² of the covariance's eigenvalues: how many directions the vectors really use."""
    values = np.linalg.eigvalsh(np.cov(vectors.T))
    return round(float(values.sum() ** 2 / (values**2).sum()), 1)
