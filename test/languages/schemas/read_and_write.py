"""Reads messages into generated classes and writes them again.

The parameter is the folder of models.py; lines of a class name, a tab and JSON become lines of JSON.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

import models  # noqa: E402

for line in sys.stdin:
    name, text = line.split("\t", 1)
    message = getattr(models, name).from_dict(json.loads(text))
    print(json.dumps(message.to_dict()))
