"""Prints what PyYAML, a YAML 1.1 reader, sees in each file: one line of JSON a file, the list of its documents.

Its own reader and the one of libyaml must agree. A value that JSON has no form for, such as a date, is an error: it
is a string that YAML 1.1 took for something else.
"""

import json
import sys

import yaml

for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        text = file.read()
    own = list(yaml.load_all(text, Loader=yaml.SafeLoader))
    if yaml.__with_libyaml__ and list(yaml.load_all(text, Loader=yaml.CSafeLoader)) != own:
        sys.exit(f"{name}: PyYAML and libyaml read different data")
    print(json.dumps(own))
