"""How good each store is at each touchpoint, wave by wave: the hidden truth that the made-up visits only sample."""

from collections.abc import Mapping

WAVES = (1, 2, 3)

LIVED_SECTIONS = ("site", "phone", "window", "welcome", "display", "advice", "fitting", "till", "returns", "email")
WATCHED_SECTIONS = ("site", "window", "welcome", "display", "till")

NETWORK: Mapping[str, tuple[float, float, float]] = {
    "site": (0.83, 0.87, 0.88),
    "phone": (0.77, 0.78, 0.79),
    "window": (0.88, 0.89, 0.89),
    "welcome": (0.79, 0.80, 0.82),
    "display": (0.83, 0.84, 0.84),
    "advice": (0.79, 0.80, 0.81),
    "fitting": (0.76, 0.76, 0.78),
    "till": (0.80, 0.81, 0.82),
    "returns": (0.82, 0.83, 0.84),
    "email": (0.50, 0.56, 0.68),
}

STORES: Mapping[str, tuple[float, float, float]] = {
    "VR1": (-0.03, 0.00, 0.02),
    "PD1": (0.03, 0.03, 0.04),
    "TV1": (0.05, 0.06, 0.06),
    "MI1": (-0.05, -0.04, -0.05),
    "BG1": (0.06, -0.10, -0.11),
    "BO1": (0.04, 0.05, 0.03),
    "MO1": (0.00, 0.01, 0.02),
    "FI1": (-0.02, 0.00, 0.00),
    "LU1": (0.07, 0.07, 0.08),
    "TO1": (-0.15, 0.04, 0.07),
    "RM1": (-0.04, -0.05, -0.03),
    "NA1": (0.02, 0.00, 0.01),
}
"""Added to the network's quality: Bergamo worsens, Torino improves, the others drift."""

PECULIAR: Mapping[tuple[str, str], tuple[float, float, float]] = {
    ("VR1", "window"): (0.06, 0.06, 0.06),
    ("VR1", "welcome"): (-0.19, -0.24, -0.16),
    ("VR1", "phone"): (-0.05, -0.05, -0.04),
    ("VR1", "fitting"): (-0.06, -0.06, -0.04),
    ("VR1", "till"): (-0.04, -0.22, -0.20),
    ("VR1", "email"): (-0.12, -0.14, -0.10),
    ("MI1", "till"): (-0.14, -0.12, -0.14),
    ("MI1", "window"): (0.08, 0.07, 0.08),
    ("BG1", "welcome"): (0.04, -0.10, -0.12),
    ("BG1", "display"): (0.02, -0.08, -0.10),
    ("TO1", "welcome"): (-0.07, 0.05, 0.06),
    ("TO1", "advice"): (-0.08, 0.06, 0.06),
    ("RM1", "phone"): (-0.22, -0.20, -0.10),
    ("FI1", "fitting"): (-0.16, -0.14, -0.12),
    ("NA1", "advice"): (0.10, 0.11, 0.11),
    ("NA1", "returns"): (-0.12, -0.14, -0.10),
    ("MO1", "display"): (0.08, 0.08, 0.08),
}

LOWEST, HIGHEST = 0.08, 0.97


def quality(store: str, wave: int, section: str) -> float:
    """From 0 to 1, near the score that many visits would give this touchpoint."""
    index = wave - 1
    peculiar = PECULIAR.get((store, section), (0.0, 0.0, 0.0))
    return within(NETWORK[section][index] + STORES[store][index] + peculiar[index])


def within(number: float) -> float:
    return min(HIGHEST, max(LOWEST, number))
