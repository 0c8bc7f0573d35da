"""Runs cells in the page as a notebook does, all in one namespace."""

import ast
import json
import linecache
import logging
import os
import sys
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout

LIMIT = 100_000  # characters that a cell may print

NAMES = vars(sys.modules["__main__"])


def prepare():
    """Be as a notebook is: in the book's folder, with its modules."""
    os.chdir("book")
    sys.path.insert(0, os.getcwd())
    os.environ["MPLBACKEND"] = "module://page_backend"
    # Matplotlib is here without its rarely used parts and fonts.
    warnings.filterwarnings("ignore", "Unable to import Axes3D")
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


class Outputs(list):
    """What a cell shows, in its order, and the file that it prints to."""

    def write(self, text):
        self.take_charts()
        if not self or self[-1]["kind"] != "text":
            self.append({"kind": "text", "text": ""})
        room = LIMIT - len(self[-1]["text"])
        self[-1]["text"] += text[:room]
        return len(text)

    def flush(self):
        pass

    def take_charts(self):
        """Add what was drawn since the last output."""
        if backend := sys.modules.get("page_backend"):
            self += backend.take()


def run(source, name, interactive=False):
    """Run a cell and return its outputs as JSON.

    An interactive one shows the value of each expression, as at a prompt.
    """
    outputs, failure = Outputs(), []
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    with redirect_stdout(outputs), redirect_stderr(outputs):
        try:
            statements = ast.parse(source, name).body
            if interactive:
                code = compile(ast.Interactive(statements), name, "single")
                exec(code, NAMES)
            else:
                execute(statements, name)
            show_charts()
        except BaseException as error:
            failure = [described(error, name)]
    outputs.take_charts()
    return json.dumps(outputs + failure)


def execute(statements, name):
    """Run statements; print the value of the last one if it has any."""
    last = None
    if statements and isinstance(statements[-1], ast.Expr):
        last = ast.Expression(statements.pop().value)
    module = ast.Module(statements, type_ignores=[])
    exec(compile(module, name, "exec"), NAMES)
    if last:
        value = eval(compile(last, name, "eval"), NAMES)
        if value is not None:
            print(repr(value))


def show_charts():
    """Draw the charts that the cell has not shown."""
    if backend := sys.modules.get("page_backend"):
        backend.show()


def described(error, name):
    """Return what a reader has to know of an error, and the cell's line."""
    if isinstance(error, SyntaxError) and error.filename == name:
        message, lines = error.msg, [error.lineno]
    else:
        frames = traceback.extract_tb(error.__traceback__)
        message = str(error)
        lines = [frame.lineno for frame in frames if frame.filename == name]
    return {
        "kind": "error",
        "name": type(error).__name__,
        "message": message,
        "line": lines[-1] if lines else None,
    }
