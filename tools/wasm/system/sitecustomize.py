"""Let sysconfig name the kernel's headers, which lie at /build/include."""

import sysconfig

HEADERS = {"include": "/build/include", "platinclude": "/build/include"}
paths = sysconfig.get_paths


def get_paths(*args, **kwargs):
    return paths(*args, **kwargs) | HEADERS


def get_path(name, *args, **kwargs):
    return get_paths(*args, **kwargs)[name]


sysconfig.get_paths, sysconfig.get_path = get_paths, get_path
sysconfig.get_config_vars()["INCLUDEPY"] = HEADERS["include"]
