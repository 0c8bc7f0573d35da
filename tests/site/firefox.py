"""A client for Firefox as it is installed, which speaks WebDriver BiDi: https://w3c.github.io/webdriver-bidi/."""

import json
import re
import subprocess
from threading import Thread

from websocket import create_connection

LIMIT = 65  # seconds, for each answer
HALF_A_FORMULA = re.compile(r"Invalid markup: Incorrect number of children for <m\w+/> tag\.")
EVENTS = ["log.entryAdded", "network.beforeRequestSent", "network.fetchError", "network.responseCompleted"]
# Looks once a frame, for some seconds.
SEEN = """new Promise((resolve) => {
    const look = (end) => {
        if (CONDITION) resolve(true);
        else if (performance.now() > end) resolve(false);
        else requestAnimationFrame(() => look(end));
    };
    look(performance.now() + SECONDS * 1000);
})"""


class Firefox:
    """Firefox without a window, whose errors nobody reads."""

    def __init__(self, path, profile):
        command = [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        lines = (re.search(r"WebDriver BiDi listening on (ws://\S+)", line) for line in self.process.stderr)
        address = next(filter(None, lines))[1]
        self.reader = Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()
        self.socket = create_connection(f"{address}/session", timeout=LIMIT, suppress_origin=True)
        self.sent, self.events = 0, []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=EVENTS)

    def send(self, method, **params):
        """Send a command and return its result; note the events that come before it."""
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message["type"] == "event":
                self.events.append(message)
            elif message["id"] == self.sent:
                assert message["type"] == "success", message
                return message["result"]

    def close(self):
        self.send("browser.close")
        self.socket.close()
        self.process.wait(LIMIT)
        self.reader.join(LIMIT)
        self.process.stderr.close()


class Tab:
    """A tab that shares nothing with those before, and what goes wrong in it."""

    def __init__(self, firefox, address):
        self.firefox, self.address = firefox, address
        self.user = firefox.send("browser.createUserContext")["userContext"]
        self.id = firefox.send("browsingContext.create", type="tab", userContext=self.user)["context"]

    def open(self, path, width=1280, height=800):
        self.resize(width, height)
        self.firefox.send("browsingContext.navigate", context=self.id, url=f"{self.address}{path}", wait="complete")

    def resize(self, width, height):
        self.firefox.send("browsingContext.setViewport", context=self.id, viewport={"width": width, "height": height})

    def evaluate(self, expression):
        """Return what an expression, or its promise, is on the page: anything that JSON can say."""
        answer = self.firefox.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? 'null')()",
            target={"context": self.id},
            awaitPromise=True,
        )
        assert answer["type"] == "success", (expression, answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def sees(self, condition, seconds):
        """Return whether a condition is met within some seconds."""
        return self.evaluate(SEEN.replace("CONDITION", condition).replace("SECONDS", str(seconds)))

    def wait(self, condition, seconds=15):
        assert self.sees(condition, seconds), condition

    def press(self, *keys):
        """Press keys one after the other, and then let go of them."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp") for key in keys]
        self.perform({"type": "key", "id": "keyboard", "actions": actions})

    def click(self, selector):
        x, y = self.evaluate(
            f"""(async () => {{
                const element = document.querySelector({json.dumps(selector)});
                element.scrollIntoView({{ block: "center", behavior: "instant" }});
                const {{ left, top, width, height }} = element.getBoundingClientRect();
                return [Math.round(left + width / 2), Math.round(top + height / 2)];
            }})()"""
        )
        pointer = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.perform({"type": "pointer", "id": "mouse", "actions": pointer})

    def perform(self, source):
        self.firefox.send("input.performActions", context=self.id, actions=[source])

    def close(self):
        """Close the tab, and return what went wrong: messages, requests that failed, and those to other hosts."""
        # A message may arrive after the answer to the script that caused it.
        self.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))")
        self.firefox.send("browser.removeUserContext", userContext=self.user)
        problems = [problem for event in self.firefox.events if (problem := self.problem(**event))]
        self.firefox.events.clear()
        return problems

    def problem(self, method, params, **_):
        if method == "log.entryAdded":
            # It is said of formulas of which the rest has yet to arrive; test_math.py looks at each as a whole.
            is_problem = params["level"] in ("error", "warn") and not HALF_A_FORMULA.fullmatch(params["text"])
            return params["text"] if is_problem else None
        url = params["request"]["url"]
        if method == "network.beforeRequestSent":
            return None if url.startswith((self.address, "data:", "blob:", "file:")) else f"a request to {url}"
        if method == "network.fetchError":  # Leaving a page ends what it still asks for.
            return None if params["errorText"] == "NS_BINDING_ABORTED" else f"{params['errorText']}: {url}"
        return f"{params['response']['status']}: {url}" if params["response"]["status"] >= 400 else None
