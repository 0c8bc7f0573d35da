"""The data of the chapters on language, and the command that makes it.

    python -m softmax_site.corpus book/data/python-topics.json

Python carries parts of its documentation as text, for its function help().
From them this takes the paragraphs of prose, each once, under the chapter and
the section of the documentation in which they stand.
"""

import argparse
import json
import platform
import re
from importlib import import_module
from pathlib import Path

# Where each topic stands: the title of its page in Python's documentation.
CHAPTERS = {
    "Lexical analysis": "floating id-classes identifiers imaginary integers"
    " numbers strings",
    "Data model": "attribute-access callable-types context-managers"
    " customization numeric-types objects sequence-types specialnames types",
    "Execution model": "dynamic-features exceptions execmodel naming",
    "Expressions": "atom-identifiers atom-literals attribute-references await"
    " binary bitwise booleans calls comparisons conversions dict exprlists in"
    " lambda lists operator-summary power shifting slicings subscriptions"
    " unary",
    "Simple statements": "assert assignment augassign break continue del"
    " global import nonlocal pass raise return yield",
    "Compound statements": "async class compound else for function if try"
    " while with",
    "Built-in types": "bltin-code-objects bltin-ellipsis-object"
    " bltin-null-object bltin-type-objects specialattrs string-methods truth"
    " typesfunctions typesmapping typesmethods typesmodules typesseq"
    " typesseq-mutable",
    "Common string operations": "formatstrings",
    "The Python debugger": "debugger",
}
HEADING = re.compile(r"(\S.*)\n([*=])\2{2,}")
FOOTNOTES = "-[ Footnotes ]-"
ENGLISH = re.compile(r"\b(a|an|are|be|by|it|of|that|the|this|to)\b", re.I)


def paragraphs(text):
    """Yield each paragraph of a topic with the title of its section."""
    for block in re.split(r"\n\s*\n", text.partition(FOOTNOTES)[0].strip()):
        if heading := HEADING.fullmatch(block.strip()):
            section = heading[1]
        else:
            yield section, tidy(block)


def tidy(block):
    """Return the block in one line, without bullet and marks of footnotes."""
    line = " ".join(re.sub(r"(?<=\w)-\n\s*", "-", block).split())
    return re.sub(r"^(\*|\d+[.)]) | \[\d+\]", "", line)


def is_prose(paragraph):
    """Tell sentences from code, grammar, tables and signatures."""
    return (
        len(re.findall(r"\w+", paragraph)) > 5
        and re.search(r"[.:;?!][)”\"]?$", paragraph)
        and not re.search(r"::=|>>>|\+--|\| ", paragraph)
        and ENGLISH.search(paragraph)
    )


def sections(topics):
    """Return the sections in the order of chapters, larger topics first."""
    found, seen = {}, set()
    for chapter, names in CHAPTERS.items():
        for name in sorted(names.split(), key=lambda name: -len(topics[name])):
            for section, paragraph in paragraphs(topics[name]):
                key = re.sub(r"\W", "", paragraph.lower())
                if is_prose(paragraph) and key not in seen:
                    seen.add(key)
                    found.setdefault((chapter, section), []).append(paragraph)
    return [
        {"chapter": chapter, "section": section, "paragraphs": prose}
        for (chapter, section), prose in found.items()
    ]


def main():
    """Extract the prose of this Python's help topics."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("path", type=Path)
    topics = import_module("pydoc_data.topics").topics
    data = {"python": platform.python_version(), "sections": sections(topics)}
    text = json.dumps(data, indent=0, ensure_ascii=False)
    parser.parse_args().path.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
