"""Validates values with python3-jsonschema.

Reads {"schemas": [...], "bundle": {...} or null, "checks": [[index of the schema, value], ...]}, where the schemas may refer
to the bundle, and writes [true, false, ...].
"""

import json
import sys

from jsonschema import RefResolver
from jsonschema.validators import validator_for

task = json.load(sys.stdin)
bundle = task["bundle"]
resolver = None
if bundle:
    validator_for(bundle).check_schema(bundle)
    resolver = RefResolver.from_schema(bundle)
validators = []
for schema in task["schemas"]:
    kind = validator_for(schema, default=validator_for(bundle or schema))
    kind.check_schema(schema)
    validators.append(kind(schema, resolver=resolver))
json.dump([validators[index].is_valid(value) for index, value in task["checks"]], sys.stdout)
