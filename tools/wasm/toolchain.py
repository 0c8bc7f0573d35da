"""Debian's Emscripten in a folder of its own, beside the system and without a change to it.

The packages come from the mirror that the machine's own apt uses, in the suite `sid`, and apt checks their signatures.
"""

import os
import subprocess

PACKAGES = ["emscripten", "libpython3.14-dev", "python3.14", "nodejs", "make", "ninja-build", "pkgconf"]
# What a Debian that was installed has anyhow.
PACKAGES += ["dash", "bash", "coreutils", "findutils", "sed", "grep"]
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
CONFIGURATION = """\
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "{apt}/lists";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}/cache";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
APT::Sandbox::User "root";
"""
PATH = "/build/bin:/usr/bin:/usr/sbin"
ENVIRONMENT = {"PATH": PATH, "HOME": "/build", "LANG": "C.UTF-8", "PYTHONPATH": "/build/site"}


def mirror():
    """Return the address from which this machine's apt takes Debian's packages."""
    query = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"]
    return subprocess.run(query, check=True, capture_output=True, text=True).stdout.splitlines()[0]


def apt(folder, *arguments, **options):
    """Run apt-get with configuration, lists and cache in `folder`."""
    environment = os.environ | {"APT_CONFIG": str(folder / "apt.conf")}
    return subprocess.run(["apt-get", "--quiet=2", *arguments], env=environment, **options)


def download(folder):
    """Download Emscripten with all that it needs."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "apt.conf").write_text(CONFIGURATION.format(apt=folder))
    lines = [f"{kind} [signed-by={KEYS}] {mirror()} sid main\n" for kind in ("deb", "deb-src")]
    (folder / "sources.list").write_text("".join(lines))
    apt(folder, "update", check=True)
    apt(folder, "install", "--yes", "--download-only", "--no-install-recommends", *PACKAGES, check=True)


def download_sources(folder, packages, target):
    """Download source packages. Of one that has just changed, parts may be gone: the caller looks for what it needs."""
    for package in packages:
        apt(folder, "source", "--download-only", package, cwd=target, check=False)


def unpack(folder, root):
    """Unpack the downloaded packages into `root`, with the devices that compilers ask for."""
    root.mkdir(exist_ok=True)
    for package in sorted((folder / "cache/archives").glob("*.deb")):
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as contents:
            extract = ["tar", "--extract", "--keep-directory-symlink", "--directory", root]
            subprocess.run(extract, stdin=contents.stdout, check=True)
    for device in ("null", "zero", "random", "urandom"):
        subprocess.run(["cp", "--archive", f"/dev/{device}", root / "dev"], check=True)


def run(root, folder, *command, **options):
    """Run a command in a folder inside `root`, at low priority."""
    inside = ["nice", "-n", "19", "chroot", root, "/usr/bin/env", "--chdir", folder, *command]
    return subprocess.run(inside, check=True, env=ENVIRONMENT, text=True, **options)
