"""What the figures were measured on."""

import platform
from importlib.metadata import version
from pathlib import Path


def machine(*packages):
    """Return the processor's name and the versions of Python and some packages."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), cpu)
    return {"cpu": cpu, "python": platform.python_version()} | {package: version(package) for package in packages}
