"""The still pictures of what softmax does to logits that the reader sets."""

import matplotlib.pyplot as plt
import numpy as np

from softmax_lib import SoftmaxState, cross_entropy_grad, naive_softmax, softmax
from softmax_site.stills.parts import class_names, listed, numbers, paint, shown

FLOATING_TYPES = ["float64", "float32", "float16"]
CORNERS = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])
ARROW = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.008}


def bars(z):
    """Draw logits and their softmax side by side, in the note's colours."""
    logits = numbers(z)
    p = softmax(logits)
    names = class_names(len(p))
    series = [
        ("Logits", logits, (75, 192, 192), "", -0.2),
        ("Softmax Probabilities", p, (255, 99, 132), "//", 0.2),
    ]
    fig, ax = plt.subplots()
    for label, values, rgb, hatch, offset in series:
        where = np.arange(len(p)) + offset
        bars = ax.bar(where, values, 0.36, label=label, hatch=hatch)
        paint(bars, np.divide(rgb, 255))
        ax.bar_label(bars, fmt="%.3g", padding=2)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.15)
    ax.set_xticks(range(len(p)), names)
    title = "Logits vs. Softmax Probabilities"
    ax.set(title=title, xlabel="Classes", ylabel="Value")
    ax.legend()
    alt = (
        f"Grouped bar chart titled {title}. The larger the logit, the larger "
        f"the probability: the logits are {listed(logits)}, the probabilities "
        f"{listed(p)}, all above zero and together one."
    )
    rows = [
        [name, shown(logit), shown(power), shown(share, ".4f")]
        for name, logit, power, share in zip(
            names, logits, np.exp(logits - logits.max()), p, strict=True
        )
    ]
    return fig, alt, ["Class", "Logit", "Exponential", "Probability"], rows


def draw_triangle(ax):
    """Draw the triangle of distributions, and name its corners."""
    ax.fill(*CORNERS.T, facecolor="none", edgecolor="black", linewidth=1)
    for name, (x, y), shift in zip(
        class_names(3), CORNERS, [-0.06, -0.06, 0.04], strict=True
    ):
        ax.text(x, y + shift, name, ha="center", va="center")
    ax.set(aspect="equal")
    ax.set_axis_off()


def simplex(z):
    """Draw a distribution in the triangle, and minus the gradient there."""
    logits = numbers(z)
    p = softmax(logits)
    gradient = cross_entropy_grad(logits, 0)
    start, move = p @ CORNERS, -gradient @ CORNERS
    fig, ax = plt.subplots(figsize=(5, 4.4))
    draw_triangle(ax)
    ax.quiver(*start, *move, **ARROW, color="C1", label="minus the gradient")
    ax.plot(*start, "o", color="C0", label="the distribution")
    ax.legend(loc="upper right", fontsize=10)
    ax.set(xlim=(-0.1, 1.4), ylim=(-0.1, 0.95))
    alt = (
        f"Triangle of distributions over three classes. At {listed(p)} an "
        "arrow, minus the gradient of the cross-entropy, leads exactly to the "
        "corner of class 1, the true one."
    )
    rows = [
        [name, shown(logit), shown(share, ".4f"), shown(slope, ".4f")]
        for name, logit, share, slope in zip(
            class_names(3), logits, p, gradient, strict=True
        )
    ]
    return fig, alt, ["Class", "Logit", "Probability", "Gradient"], rows


def entmax(z, alpha="1.5"):
    """Draw scores in the plane of the triangle, and three distributions."""
    scores = numbers(z)
    orders = float(alpha), 2
    results = softmax(scores), *(entmax_of(scores, order) for order in orders)
    start = (scores + (1 - scores.sum()) / 3) @ CORNERS
    fig, ax = plt.subplots(figsize=(5, 4.4))
    draw_triangle(ax)
    ax.plot(*zip(start, results[2] @ CORNERS, strict=True), "--", color="gray")
    ax.plot(*start, "o", color="black", label="scores")
    for p, style, name in zip(
        results,
        ["oC0", "^C2", "DC1"],
        ["softmax", f"{alpha}-entmax", "sparsemax"],
        strict=True,
    ):
        ax.plot(*p @ CORNERS, style, label=name)
    ax.legend(loc="upper right")
    ax.set(xlim=(-0.3, 1.4), ylim=(-0.3, 1.05))
    kept = [np.count_nonzero(p) for p in results]
    alt = (
        f"The triangle of distributions over three classes, with the scores "
        f"{listed(scores)} as a point in its plane. Softmax leads it to a "
        f"distribution with {kept[0]} possible classes, entmax of the order "
        f"{alpha} to one with {kept[1]}, and sparsemax, by the shortest way, "
        f"to one with {kept[2]}."
    )
    rows = [
        [name, shown(score), *(shown(share, ".4f") for share in shares)]
        for name, score, *shares in zip(
            class_names(3), scores, *results, strict=True
        )
    ]
    return fig, alt, ["Class", "Score", "Softmax", "Entmax", "Sparsemax"], rows


def entmax_of(z, alpha):
    """Return the entmax of an order above 1, by bisection of its threshold."""
    z = (alpha - 1) * (z - z.max())
    low, high = -1.0, 0.0
    for _ in range(60):
        middle = (low + high) / 2
        p = np.maximum(z - middle, 0) ** (1 / (alpha - 1))
        low, high = (middle, high) if p.sum() >= 1 else (low, middle)
    return p / p.sum()


def overflow(x):
    """Draw the range of exp in each floating type, and a logit."""
    fig, ax = plt.subplots(figsize=(5, 2.2))
    rows, ranges = [], []
    for place, name in enumerate(FLOATING_TYPES):
        info = np.finfo(name)
        low = float(np.log(info.smallest_subnormal) - np.log(2))
        high = float(np.log(info.max))
        ranges.append(f"from {low:.1f} to {high:.1f} in {name}")
        paint(ax.barh(place, high - low, left=low, height=0.5), "C0")
        z = np.array([x, x], name) - np.array([0, 1], name)
        with np.errstate(all="ignore"):
            powers, textbook = np.exp(z), naive_softmax(z)
        shares = ", ".join(shown(share, ".3g") for share in textbook)
        rows.append([name, *map(shown, powers), shares])
    ax.axvline(float(x), color="black")
    ax.annotate(f" z = {x}", (float(x), 0.5), va="center")
    ax.set_xscale("symlog", linthresh=10)
    marks = [-1000, -100, -10, 0, 10, 100, 1000]
    ax.set_xticks(marks, marks)
    ax.set_yticks(range(3), FLOATING_TYPES)
    ax.invert_yaxis()
    title = "exp(z), and where it is positive and finite"
    ax.set(title=title, xlabel="z (compressed scale)", xlim=(-3000, 3000))
    ax.grid(axis="y", visible=False)
    alt = (
        f"{title}: the narrower the type, the shorter the range, "
        f"{', '.join(ranges)}. A line marks z = {x}."
    )
    return fig, alt, ["Type", "exp(z)", "exp(z − 1)", "Textbook"], rows


def stream(z, fed):
    """Draw the running maximum and sum of a stream, of which some are fed."""
    logits, fed = numbers(z), int(fed)
    counts = np.arange(1, fed + 1)
    states = [SoftmaxState.of(logits[:count]) for count in range(fed + 1)]
    maxima = np.array([state.maximum for state in states])
    sums = np.array([1 + state.tail for state in states])[1:]
    factors = np.exp(maxima[:-1] - maxima[1:])
    fig, (upper, lower) = plt.subplots(2, sharex=True, figsize=(5, 4))
    places = np.arange(1, len(logits) + 1)
    upper.plot(places, logits, "D", color="C1", fillstyle="none")
    upper.plot(counts, logits[:fed], "D", color="C1", label="logits")
    upper.step(counts, maxima[1:], where="post", label="running maximum")
    upper.legend(loc="upper left")
    paint(lower.bar(counts, sums, 0.6, hatch="//"), "C2")
    lower.set(xlabel="logit number", ylabel="sum, in units of exp(m)")
    alt = (
        f"The logits {listed(logits)}, of which {fed} are fed. Their running "
        f"maximum goes up to {maxima[-1]:.3g}. Their sum is {listed(sums)}: "
        "each new maximum shrinks the old sum before 1 is added."
    )
    rows = [
        [str(count), *map(shown, values)]
        for count, *values in zip(
            counts, logits[:fed], maxima[1:], factors, sums, strict=True
        )
    ]
    return fig, alt, ["Step", "Logit", "Maximum", "Factor", "Sum"], rows


def merge(z):
    """Draw the states of four workers, of two pairs of them, and of all."""
    logits = numbers(z)
    own = [SoftmaxState.of(part) for part in np.split(logits, 4)]
    pairs = [own[0].merge(own[1]), own[2].merge(own[3])]
    states = [*own, *pairs, pairs[0].merge(pairs[1])]
    wholes = [states[index] for index in (4, 4, 5, 5, 6, 6, 6)]
    maxima = np.array([state.maximum for state in states])
    sums = np.array([(1 + s.tail) * (s.maximum > -np.inf) for s in states])
    tops = np.array([whole.maximum for whole in wholes])
    with np.errstate(invalid="ignore"):
        factors = np.where(maxima == tops, 1, np.exp(maxima - tops))
    names = ["1", "2", "3", "4", "1 and 2", "3 and 4", "all"]
    fig, (upper, lower) = plt.subplots(2, sharex=True, figsize=(5, 4))
    places = np.arange(len(names))
    upper.plot(places, maxima, "D", color="C1")
    upper.set(ylabel="maximum")
    paint(lower.bar(places, sums, 0.6, hatch="//"), "C2")
    lower.set_xticks(places, names)
    lower.set(xlabel="workers whose states are merged", ylabel="sum")
    alt = (
        f"The states of four workers, with the maxima {listed(maxima[:4])} and "
        f"the sums {listed(sums[:4])}, of two pairs of them, and of all, with "
        f"the maximum {maxima[-1]:.3g} and the sum {sums[-1]:.3g}."
    )
    rows = [
        [name, *map(shown, values)]
        for name, *values in zip(names, maxima, sums, factors, strict=True)
    ]
    return fig, alt, ["Workers", "Maximum", "Sum", "Factor"], rows
