"""The workflows, as far as they can be tested where they don't run. `make lint` checks their form and security."""

import re

import pytest
import yaml
from paths import ROOT

WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob(".github/workflows/*.yml")}
JOBS = [
    pytest.param(flow, job, id=f"{name}-{key}") for name, flow in WORKFLOWS.items() for key, job in flow["jobs"].items()
]
GOALS = set(re.findall(r"^([a-z-]+):.*  ## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
WITH_FRAMEWORKS = {"bench", "frameworks", "test-all"}


def commands(job):
    return "\n".join(step.get("run", "") for step in job["steps"])


def made(text):
    """Return the goals of the Makefile that a text tells to make."""
    return {goal for goals in re.findall(r"\bmake((?: [a-z-]+)+)", text) for goal in goals.split()}


@pytest.mark.parametrize(("workflow", "job"), JOBS)
class TestJob:
    def test_ends(self, workflow, job):
        assert 0 < job["timeout-minutes"] <= 60

    def test_makes_what_the_makefile_has(self, workflow, job):
        assert made(commands(job)) <= GOALS

    def test_spares_linux_pytorch_with_cuda(self, workflow, job):
        if made(commands(job)) & WITH_FRAMEWORKS:
            assert "PIP_EXTRA_INDEX_URL" in workflow["env"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", ".github/pull_request_template.md"])
def test_documents_name_goals_of_the_makefile(page):
    code = re.findall(r"`make [^`]*`|^make .*$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    named = made("\n".join(code))
    assert named
    assert named <= GOALS


def test_what_is_published_waits_for_every_test():
    jobs = WORKFLOWS["book"]["jobs"]
    assert set(jobs["publish"]["needs"]) == jobs.keys() - {"publish", "published"}
    assert jobs["published"]["needs"] == "publish"


def test_a_failure_of_the_week_is_told():
    jobs = WORKFLOWS["weekly"]["jobs"]
    assert set(jobs["report"]["needs"]) == jobs.keys() - {"report"}
