"""Parses queries of ES|QL and EQL, given as JSON on standard input, and prints what is wrong as a JSON list.

A query: {"name", "language": "esql" or "eql", "query", "types": {field: type}, "is_rule"}.
"""

import json
import sys

import eql.parser
import esql

# The oldest version that the rules are for, and the newest whose grammar the parser has.
VERSIONS = ["9.1", "9.5"]


def check(query):
    text, types = query["query"], query["types"]
    if query["language"] == "eql":
        with eql.parser.elasticsearch_syntax, eql.parser.allow_runs:
            eql.parser.parse_query(text)
        return
    for version in VERSIONS:
        with esql.ParserConfig(min_stack_version=version), esql.Schema(types):
            tree = esql.parse_query(text)
            if query["is_rule"]:
                esql.validate_detection_rule_query(tree, query["name"])


problems = []
for query in json.load(sys.stdin):
    try:
        check(query)
    except Exception as error:  # Each parser has its own.
        problems.append({"name": query["name"], "problem": f"{type(error).__name__}: {error}"})
print(json.dumps(problems))
