"""Read the numbers in prose, in output and in code, as exact fractions."""

import ast
import operator
import re
from dataclasses import dataclass
from fractions import Fraction

from IPython.core.inputtransformer2 import TransformerManager

ADDENDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
FACTORS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
SCALES = {None: 1, "%": Fraction(1, 100), "percent": Fraction(1, 100), "million": 10**6, "billion": 10**9}

GROUPED = r"\d{1,3}(?:(?:,|\{,\}|\\,)\d{3})+|\d{1,3}(?: 000)+(?: \d{3})?|\d+"
DIGITS = (
    rf"(?P<digits>(?:{GROUPED})(?:\.\d+)?)(?:e(?P<exponent>[+-]?\d+))?(?:\s?\\?(?P<scale>%|percent|million|billion))?"
)
POWER = r"(?:(?P<factor>\d+(?:\.\d+)?) ?\\cdot ?)?(?P<base>\d+)\^(?:\{(?P<power>-?\d+)\}|(?P<digit>\d))"
WORD = "|".join(sorted(ADDENDS | FACTORS, key=len, reverse=True))
WORDS = rf"\b(?P<words>(?:{WORD})(?:[- ](?:{WORD}))*)\b"
IN_PROSE = re.compile(rf"(?<![\w.])(?:{POWER}|{DIGITS})(?!\.?\d)|{WORDS}", re.IGNORECASE)

IN_OUTPUT = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)\.?(?:e([+-]?\d+))?(\s?%)?")

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True)
class Number:
    """A number in prose: how it is written, and where; its value, which "%" or "million" may scale; and the unit of its
    last digit, 0 if it isn't rounded.
    """

    text: str
    start: int
    value: Fraction
    unit: Fraction = 0
    scale: Fraction = 1


def in_prose(text):
    """Yield the numbers in a text or a formula, but for single digits and words up to twelve."""
    for match in IN_PROSE.finditer(text):
        number = Number(match.group(), match.start(), *_value(match))
        if number.value >= 13 or not re.fullmatch(r"\d|[a-z]+", number.text, re.IGNORECASE):
            yield number


def _value(match):
    """Return what `Number` says of a match: the value, the unit of its last digit, and the scale."""
    if match["words"]:
        return (Fraction(_value_of_words(match["words"])),)
    if match["base"]:
        power = Fraction(match["base"]) ** int(match["power"] or match["digit"])
        return (Fraction(match["factor"] or 1) * power,)
    digits = re.sub(r"[^\d.]", "", match["digits"])
    ten = Fraction(10) ** int(match["exponent"] or 0)
    return Fraction(digits) * ten, ten / 10 ** len(digits.partition(".")[2]), SCALES[match["scale"]]


def _value_of_words(words):
    total = group = 0
    for word in re.split("[- ]", words.lower()):
        if word in ADDENDS:
            group += ADDENDS[word]
        elif word == "hundred":
            group = 100 * max(group, 1)
        else:
            total, group = total + FACTORS[word] * max(group, 1), 0
    return total + group


def in_output(text):
    """Yield the values of the numbers in a text that was printed, a percentage as a fraction too."""
    for digits, exponent, percent in IN_OUTPUT.findall(text):
        value = Fraction(digits.replace(",", "")) * Fraction(10) ** int(exponent or 0)
        yield value
        if percent:
            yield value / 100


def in_code(source):
    """Yield the values of the constants in the code of a cell, strings included, without signs and formats."""
    nodes = [ast.parse(TransformerManager().transform_cell(source))]
    while nodes:
        node = nodes.pop()
        if (value := _constant(node)) is not None:
            yield abs(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from in_output(node.value)
        is_format = isinstance(node, ast.FormattedValue)
        nodes += [node.value] if is_format else ast.iter_child_nodes(node)


def _constant(node):
    """Return the value of a number, or of arithmetic with numbers, and None for all else."""
    match node:
        case ast.Constant(value=int() | float() as value) if type(value) is not bool:
            return Fraction(repr(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _constant(operand)
            return None if value is None else -value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            left, right = _constant(left), _constant(right)
            if left is not None and right is not None and not (isinstance(op, ast.Pow) and right.denominator != 1):
                return OPERATORS[type(op)](left, right)
    return None
