"""What is released: the version, the package's files and metadata, and the locks."""

import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import PurePosixPath

import pytest
import yaml
from paths import ROOT

import softmax_lib


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the wheel of softmax_lib, built as the release workflow builds it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


class TestVersion:
    def released(self):
        """Return the versions and dates of the changelog, newest first."""
        return re.findall(r"^## \[([\d.]+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    def test_is_the_newest_one_of_the_changelog(self):
        assert self.released()[0][0] == softmax_lib.__version__

    def test_is_cited_with_its_date(self):
        citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
        assert (citation["version"], citation["date-released"]) == self.released()[0]

    def test_what_is_not_released_stands_first(self):
        headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
        assert headings[0] == "[Unreleased]"


class TestWheel:
    def test_holds_the_library_and_its_license_alone(self, wheel):
        tracked = subprocess.run(
            ["git", "ls-files", "softmax_lib"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        library = {name for name in tracked.stdout.split() if not name.endswith(".md")}
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
        assert "softmax_lib/py.typed" in names
        others = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in names - library}
        assert library <= names
        assert others == {"METADATA", "RECORD", "WHEEL", "licenses/LICENSE"}

    def test_works_where_it_is_unpacked(self, wheel, tmp_path):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path)
        code = (
            "import softmax_lib; print(softmax_lib.__file__, softmax_lib.softmax([0.0, 0.0]), softmax_lib.__version__)"
        )
        result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
        assert result.stdout.split(" ", 1)[0] == str(tmp_path / "softmax_lib" / "__init__.py")
        assert result.stdout.split(" ", 1)[1].strip() == f"[0.5 0.5] {softmax_lib.__version__}"

    def test_needs_numpy_alone(self, wheel):
        needed = [line for line in metadata(wheel).get_all("Requires-Dist") if "extra ==" not in line]
        assert [re.match(r"[\w-]+", line)[0] for line in needed] == ["numpy"]

    def test_names_the_pythons_that_are_tested(self, wheel):
        workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf-8"))
        tested = workflow["jobs"]["library"]["strategy"]["matrix"]["python"]
        named = [line.rpartition(":: ")[2] for line in metadata(wheel).get_all("Classifier")]
        assert [name for name in named if re.fullmatch(r"3\.\d+", name)] == tested
        assert metadata(wheel)["Requires-Python"] == f">={tested[0]}"

    def test_describes_itself_without_links_that_break_elsewhere(self, wheel):
        """Its page in a package index has none of the files beside it."""
        description = metadata(wheel).get_payload()
        assert "softmax([2.0, 1.0, 0.5])" in description
        targets = re.findall(r"\]\((.*?)\)", description)
        assert [target for target in targets if not target.startswith("https://")] == []


def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        return Parser().parsestr(archive.read(name).decode())
