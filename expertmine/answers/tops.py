"""Who is in a top k where people tie across its edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expertmine.config import check_count


def in_top(score: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Say how surely each is in the top k, (n,): 1 or 0, and a fair part where a tie crosses the edge.

    >>> in_top(np.array([5.0, 4.0, 4.0, 1.0]), 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    check_count(k, name="k", least=1)
    if len(score) <= k:
        return np.ones(len(score))
    edge = np.sort(score)[-k]
    above, tied = score > edge, score == edge
    return np.where(tied, (k - above.sum()) / tied.sum(), above.astype(np.float64))
