"""The still pictures of chance.

Python and JavaScript draw the same random numbers.
"""

from itertools import accumulate

import matplotlib.pyplot as plt
import numpy as np

from softmax_lib import cross_entropy_grad, softmax
from softmax_site.stills.parts import paint, shown, tinted

KEYS = 8
VALUES = [4, 4.5, 5, 5.5]


def root(d, seed="1"):
    """Draw the attention to random keys, with and without the root of d."""
    d = int(d)
    normals = normal_numbers(int(seed), d * (KEYS + 1)).reshape(d, KEYS + 1)
    z = normals[:, 0] @ normals[:, 1:]
    bare, divided = softmax(z), softmax(z / np.sqrt(d))
    fig, ax = plt.subplots()
    places = np.arange(KEYS)
    for p, label, color, hatch, offset in [
        (bare, "softmax of q · k", "C1", "//", -0.2),
        (divided, "softmax of q · k / √d", "C0", "", 0.2),
    ]:
        bars = ax.bar(places + offset, p, 0.36, label=label, hatch=hatch)
        paint(bars, color)
    ax.set_xticks(places, places + 1)
    ax.set(xlabel="key", ylabel="weight", ylim=(0, 1.05))
    ax.legend()
    alt = (
        f"Bars of the attention to {KEYS} random keys of dimension {d}. The "
        f"largest weight is {bare.max():.3g} where the products are not "
        f"divided, and {divided.max():.3g} where they are divided by "
        f"{np.sqrt(d):.3g}."
    )
    rows = [
        [str(key), *(shown(value, ".3g") for value in values)]
        for key, *values in zip(
            places + 1, z, z / np.sqrt(d), bare, divided, strict=True
        )
    ]
    return fig, alt, ["Key", "q · k", "q · k / √d", "Weight", "Divided"], rows


def bandit(pulls, rate="0.1", baseline="mean reward", seed="1"):
    """Draw the policy of a gradient bandit, from pull to pull."""
    uniform = uniform_numbers(int(seed))
    scores, mean = np.zeros(len(VALUES)), 0.0
    counts, policies = np.zeros(len(VALUES), int), [softmax(scores)]
    for pull in range(1, int(pulls) + 1):
        p = policies[-1]
        dart = next(uniform)
        hits = [dart < end for end in accumulate(p.tolist())]
        machine = hits.index(True) if any(hits) else len(p) - 1
        reward = VALUES[machine] + normal_number(uniform)
        counts[machine] += 1
        mean += (reward - mean) / pull
        advantage = reward if baseline == "none" else reward - mean
        scores -= float(rate) * advantage * cross_entropy_grad(scores, machine)
        policies.append(softmax(scores))
    fig, ax = plt.subplots()
    names = [f"machine {index + 1}" for index in range(len(VALUES))]
    colors = ["#808080", "C2", "C1", "C0"]
    hatches = ["//", "", "//", ""]
    shown_at = np.arange(0, int(pulls) + 1, max(1, int(pulls) // 100))
    drawn = np.round(np.array(policies)[shown_at], 4).T
    areas = ax.stackplot(shown_at, drawn, labels=names)
    for area, color, hatch in zip(areas, colors, hatches, strict=True):
        area.set(facecolor=tinted(color), edgecolor=color, hatch=hatch)
    ax.set(
        xlabel="pulls",
        ylabel="probability",
        ylim=(0, 1),
        xlim=(0, int(pulls) or 1),
    )
    ax.legend(loc="lower left")
    p = policies[-1]
    alt = (
        "Stacked areas of the probabilities of four machines over "
        f"{pulls} pulls: at the end the best machine has {p[-1]:.3g}, and "
        f"the rewards have had the mean {mean:.3g}."
    )
    rows = [
        [str(index + 1), shown(value), str(count), shown(share, ".3g")]
        for index, (value, count, share) in enumerate(
            zip(VALUES, counts, p, strict=True)
        )
    ]
    return fig, alt, ["Machine", "Value", "Pulls", "Probability"], rows


def uniform_numbers(seed):
    """Yield the numbers of Park and Miller's generator, as the pictures do."""
    state = seed
    for _ in range(20):
        state = 48271 * state % 2147483647
    while True:
        state = 48271 * state % 2147483647
        yield state / 2147483647


def normal_numbers(seed, count):
    uniform = uniform_numbers(seed)
    return np.array([normal_number(uniform) for _ in range(count)])


def normal_number(uniform):
    """Return a normal number, by Box and Muller's method."""
    radius, angle = next(uniform), next(uniform)
    return np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle)
