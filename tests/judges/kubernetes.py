"""Drives kubernetes-validate over many files in one process, as its start takes longer than a judgement.

    kubernetes.py VERSION[,VERSION...] FILE...

Prints every line the tool would, for each version; "newest" is the newest version it knows. Which lines are fine is
for the caller to say: the tool only warns about a kind it does not know.
"""

import functools
import sys

from kubernetes_validate import utils

# It reads its schemas, megabytes each, anew for every object.
utils.schema_contents = functools.lru_cache(maxsize=None)(utils.schema_contents)

status = 0
for version in sys.argv[1].split(","):
    version = utils.latest_version() if version == "newest" else version
    for name in sys.argv[2:]:
        status |= utils.validate_file(name, version, strict=True, quiet=False, no_warn=False)
sys.exit(status)
