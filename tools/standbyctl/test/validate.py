#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""validate.py SCHEMA - does the JSON on stdin follow the schema, and does the
schema notice when it does not?"""
import copy
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
document = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
validator.validate(document)

# A schema that takes anything says nothing: each value of each row as another
# type must be refused.
table = next(key for key, value in document.items() if isinstance(value, list))
if not document[table]:
    sys.exit(f"{table} is empty")
for key in document[table][0]:
    wrong = copy.deepcopy(document)
    wrong[table][0][key] = ["wrong"]
    if validator.is_valid(wrong):
        sys.exit(f"the schema takes anything for {key}")
