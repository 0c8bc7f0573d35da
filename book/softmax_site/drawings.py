"""The small drawing of each chapter's point, as SVG in classes of the page.

The style sheet gives the classes their colours: f-c1 fills with the first
colour of the charts, s-c1 draws a line in it.
"""

MUTED, AXIS = "s-ink2", "s-axis"
DASHED, LONG, SHORT = "3 3", "6 3", "2 3"


def line(path, kind=MUTED, width=2, dashes=""):
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" class="{kind}" stroke-width="{width}"{dashed}/>'


def box(x, y, width, height, kind="f-c1", rounding=1):
    return (
        f'<rect x="{x:.3g}" y="{y:.3g}" width="{width:.3g}" '
        f'height="{height:.3g}" rx="{rounding}" class="{kind}"/>'
    )


def dot(x, y, radius, kind="f-c1"):
    return f'<circle cx="{x}" cy="{y}" r="{radius}" class="{kind}"/>'


def ring(x, y, radius, kind, dashes=""):
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" class="{kind}" '
        f'stroke-width="2"{dashed}/>'
    )


def word(x, y, text, kind="f-ink", size=13):
    return (
        f'<text x="{x}" y="{y}" class="{kind}" font-size="{size}" '
        f'text-anchor="middle">{text}</text>'
    )


def stick(x, y, width, height):
    """A stick of length one, divided as softmax divides 2, 1 and 0.5."""
    return (
        box(x, y, width * 0.629 - 1, height, "f-c1")
        + box(x + width * 0.629, y, width * 0.231 - 1, height, "f-c2")
        + box(x + width * 0.86, y, width * 0.14, height, "f-c3")
    )


def row(items, draw):
    return "".join(draw(index, item) for index, item in enumerate(items))


FLOOR = line("M6 52H90", AXIS, 1)
MARK = (
    box(24, 6, 27, 48, "f-c1", 2)
    + box(54, 6, 18, 28, "f-c2", 2)
    + box(54, 37, 18, 17, "f-c3", 2)
)
WINDOW = ["0110", "0010", "0010", "0111"]
TILE, NEAR = "f-c1", ["f-s0", "f-s2"]
SHADES = [1, 5, 2, 4, 3, 5, 2, 6, 1, 3]

DRAWINGS = {
    "what-softmax-is": box(14, 6, 12, 24, "f-axis")
    + box(30, 18, 12, 12, "f-axis")
    + box(46, 24, 12, 6, "f-axis")
    + line("M6 30H90", AXIS, 1)
    + line("M76 12V24M72 20l4 5 4-5", MUTED, 1.5)
    + stick(8, 42, 80, 12),
    "worked-example": box(12, 10, 30, 12)
    + line("M6 30H90", "s-ink")
    + box(6, 38, 40, 12)
    + box(48, 38, 26, 12, "f-c2")
    + box(76, 38, 14, 12, "f-c3"),
    "charts": line("M48 5L88 54H8Z", MUTED, 1.5)
    + dot(38, 40, 5)
    + line("M38 40L48 37 56 24", "s-c1", 1.5, DASHED),
    "four-roads": line("M10 10L48 32", "s-c1", 2.5)
    + line("M86 10L48 32", "s-c2", 2.5, LONG)
    + line("M10 54L48 32", "s-c3", 2.5, SHORT)
    + line("M86 54L76 44 74 50 66 38 60 42 48 32", "s-c4", 1.5)
    + dot(48, 32, 5, "f-ink"),
    "five-calls": row(
        [34, 46, 28, 52, 40],
        lambda i, end: (
            dot(12, 10 + 10 * i, 3)
            + line(f"M22 {10 + 10 * i}H{22 + end}", MUTED, 3)
        ),
    ),
    "overflow": FLOOR
    + line("M8 50C40 48 52 36 60 10", "s-c1", 2.5)
    + line("M56 6l8 8M64 6l-8 8", "s-ink", 2.5)
    + line("M70 10H90", AXIS, 1.5, DASHED),
    "digits": row(
        ["f-c1"] * 6 + ["f-s2", "f-c2"],
        lambda i, kind: box(7 + i * 10.4, 24, 8.4, 12, kind),
    ),
    "inside": row(range(8), lambda i, _: box(7 + i * 10.4, 30, 8.4, 12))
    + line("M7 22V16H89V22M48 16V8", MUTED, 1.5),
    "edges": row(
        range(3), lambda i, _: box(6 + i * 29, 16, 26, 28, "f-panel b")
    )
    + word(19, 36, "∅", size=16)
    + word(48, 36, "∞", size=18)
    + word(77, 35, "NaN", size=11),
    "one-pass": box(8, 8, 22, 12)
    + box(37, 8, 22, 12, "f-c2")
    + box(66, 8, 22, 12, "f-c3")
    + line("M19 20L34 34M48 20L34 34M34 34L48 46M77 20L48 46", MUTED, 1.5)
    + dot(34, 34, 3.5, "f-ink")
    + dot(48, 47, 5, "f-ink"),
    "softmax-or-sigmoid": FLOOR
    + line("M8 48C44 48 46 10 88 10", "s-c1", 2.5)
    + line("M8 10C50 10 52 48 88 48", "s-c2", 2, DASHED)
    + dot(48.5, 29, 3.5, "f-ink"),
    "cross-entropy": FLOOR
    + line("M10 6C14 38 34 46 88 51", "s-c1", 2.5)
    + dot(17, 30, 4.5, "f-c2")
    + line("M17 30V52", "s-c2", 1.5, DASHED),
    "derivative": FLOOR
    + row(
        [26, 20, 14],
        lambda i, h: box(14 + 26 * i, 52 - h, 16, h, f"f-c{i + 1}"),
    )
    + line("M22 22V8M18 12l4-5 4 5", "s-ink")
    + line("M48 14v10M45 20l3 5 3-5M74 22v8M71 26l3 5 3-5", "s-ink"),
    "calibration": line("M14 54V6M14 54H86", AXIS, 1)
    + line("M14 54L82 6", MUTED, 1.5, DASHED)
    + line("M14 54C40 50 62 42 82 22", "s-c2", 2.5),
    "beyond-temperature": box(12, 8, 48, 48, "f-s0")
    + row(
        [(12, 8), (36, 8), (24, 20), (48, 20), (12, 32), (36, 44), (48, 44)],
        lambda _, corner: box(*corner, 12, 12, "f-ink2"),
    )
    + word(78, 37, "8!", "f-c2", 18),
    "conformal": ring(34, 30, 24, "s-c1")
    + word(26, 27, "4")
    + word(42, 42, "9")
    + word(76, 18, "1", "f-ink3")
    + word(68, 52, "0", "f-ink3")
    + word(86, 40, "7", "f-ink3"),
    "imbalance": FLOOR
    + row([42, 28, 17, 10, 5, 3], lambda i, h: box(10 + 13 * i, 52 - h, 10, h))
    + line("M80 44V22M76 27l4-5 4 5", "s-c2", 2.5),
    "distillation": FLOOR
    + row([38, 22, 14, 9], lambda i, h: box(8 + 9 * i, 52 - h, 7, h))
    + line("M48 30H58M54 26l5 4-5 4", MUTED, 1.5)
    + row([30, 19, 13, 9], lambda i, h: box(66 + 6 * i, 52 - h, 4, h, "f-c2")),
    "sampling": stick(8, 34, 80, 14) + line("M44 6V30M40 26l4 5 4-5", "s-ink"),
    "images": "".join(
        row(
            WINDOW[j],
            lambda i, on, y=8 + j * 11: box(
                6 + i * 9, y, 8, 10, "f-ink2" if on == "1" else "f-s0"
            ),
        )
        for j in range(4)
    )
    + line("M48 30H58M54 26l5 4-5 4", MUTED, 1.5)
    + box(66, 40, 6, 12, "f-s2")
    + box(74, 14, 6, 38)
    + box(82, 46, 6, 6, "f-s2")
    + line("M64 52H90", AXIS, 1),
    "attention": "".join(
        box(23 + j * 10.4, 4 + i * 10.6, 9.4, 9.6, f"f-s{shade}")
        for i in range(5)
        for j in range(i + 1)
        for shade in [SHADES[(i * 3 + j * 2) % 10]]
    ),
    "language": box(6, 24, 16, 12, "f-s2", 3)
    + box(25, 24, 20, 12, "f-s2", 3)
    + box(48, 24, 14, 12, "f-s2", 3)
    + box(68, 8, 20, 10, "f-c1", 3)
    + box(68, 25, 13, 10, "f-c2", 3)
    + box(68, 42, 8, 10, "f-c3", 3),
    "other-normalisers": line("M48 5L88 54H8Z", MUTED, 1.5)
    + line("M48 37C42 46 26 50 8 54", "s-c1", 2)
    + line("M48 37L34 54H8", "s-c2", 2, DASHED)
    + dot(34, 54, 4, "f-c2"),
    "tame-logits": line("M6 52H90", AXIS, 1)
    + line("M8 46C40 44 58 30 66 4", "s-c2", 2, DASHED)
    + line("M8 46C30 44 40 36 90 36", "s-c1", 2.5),
    "choosing-words": line("M8 54H90", AXIS, 1)
    + "".join(
        box(10 + i * 10, 54 - height, 8, height, "f-s3")
        for i, height in enumerate([44, 26, 18, 12, 9, 7, 5, 4])
    )
    + line("M29 6V54", "s-c1", 2)
    + line("M49 6V54", "s-c2", 2, LONG)
    + line("M69 6V54", "s-c3", 2, SHORT),
    "text-classifier": line("M8 12H44M8 22H38M8 32H44M8 42H30")
    + line("M50 27H60M56 23l5 4-5 4", MUTED, 1.5)
    + box(66, 14, 24, 9)
    + box(66, 32, 9, 9, "f-c2"),
    "bandits": FLOOR
    + line("M8 50C20 20 40 12 88 9", "s-c1", 2.5)
    + line("M8 50C30 40 40 26 88 22", "s-c2", 2, LONG)
    + line("M8 50C30 46 50 40 88 38", "s-c3", 2, SHORT),
    "policies": FLOOR
    + box(30, 36, 34, 12, "f-c1", 2)
    + line("M47 36L60 6", "s-c2", 4)
    + dot(38, 50, 3.5, "f-ink")
    + dot(56, 50, 3.5, "f-ink")
    + line("M72 42H84M80 38l5 4-5 4", MUTED, 1.5),
    "contrast": ring(48, 30, 25, AXIS)
    + dot(66, 13, 5)
    + dot(72, 22, 5)
    + dot(28, 14, 4, "f-c2")
    + dot(24, 38, 4, "f-c2")
    + dot(44, 54, 4, "f-c2")
    + line("M48 30L66 13M48 30L72 22", "s-c1", 1.5),
    "flash-attention": "".join(
        box(22 + j * 13.4, 3 + i * 13.8, 12, 12.4, kind)
        for i in range(4)
        for j in range(4)
        for kind in [TILE if (i, j) == (1, 2) else NEAR[i == 1 or j == 2]]
    ),
    "preferences": line("M8 46H90", AXIS, 1)
    + dot(26, 46, 5)
    + dot(68, 46, 5, "f-c2")
    + line("M30 34H62M57 30l5 4-5 4", MUTED, 1.5)
    + word(26, 26, "A")
    + word(68, 26, "B"),
    "frameworks": ring(36, 24, 18, "s-c1")
    + ring(60, 24, 18, "s-c2", LONG)
    + ring(48, 40, 17, "s-c3", SHORT),
    "largest-layer": box(8, 4, 50, 52, "f-c1", 2)
    + box(64, 40, 9, 16, "f-s3")
    + box(76, 44, 6, 12, "f-s3")
    + box(85, 48, 5, 8, "f-s3"),
    "many-machines": row(
        range(4), lambda i, _: box(6 + i * 23, 6, 17, 12, "f-s3", 2)
    )
    + line(
        "M14 18L26 32M37 18L26 32M60 18L72 32M83 18L72 32"
        "M26 36L48 50M72 36L48 50",
        MUTED,
        1.5,
    )
    + dot(26, 33, 4)
    + dot(72, 33, 4)
    + dot(48, 51, 5, "f-c2"),
    "cheat-sheet": box(24, 4, 48, 52, "f-panel b", 2)
    + word(48, 22, "eᶻ/Σ")
    + line("M32 32H64M32 40H58M32 48H62", AXIS),
    "api": word(48, 38, "f(z)", size=26),
    "glossary": word(48, 42, "Aa", size=34),
    "errata": word(48, 28, "0.665", "f-ink3", 17)
    + line("M24 23H72", "s-c2", 2.5)
    + word(48, 50, "0.629", size=17),
    "bibliography": box(20, 12, 10, 40)
    + box(32, 8, 13, 44, "f-c2")
    + box(47, 16, 9, 36, "f-c3")
    + line("M62 52L74 14", "s-c4", 9)
    + line("M8 52H90", AXIS, 1.5),
}


def drawing(chapter):
    """Return a chapter's drawing; the book's mark where it has none."""
    shapes = DRAWINGS.get(chapter, MARK)
    return (
        '<svg class="drawing" viewBox="0 0 96 60" width="96" height="60" '
        f'aria-hidden="true">{shapes}</svg>'
    )
