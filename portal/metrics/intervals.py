"""How sure a share is, and a difference between two: intervals with 95 % confidence, pure."""

import math

# The normal deviate that 95 of 100 stay within.
Z = 1.959963984540054


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Between which two shares the true one lies, with 95 % confidence: Wilson's score interval."""
    share, z2 = hits / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(hits: int, of: int, other_hits: int, other_of: int) -> tuple[float, float]:
    """The same of the difference between two shares: Newcombe's hybrid of two score intervals
    (Statistics in Medicine 17, 1998, method 10)."""
    one, other = hits / of, other_hits / other_of
    (low, high), (other_low, other_high) = wilson(hits, of), wilson(other_hits, other_of)
    difference = one - other
    return (
        difference - math.sqrt((one - low) ** 2 + (other_high - other) ** 2),
        difference + math.sqrt((high - one) ** 2 + (other - other_low) ** 2),
    )
