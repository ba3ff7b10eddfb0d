"""Runs queries of EQL over events, given as JSON on standard input, and prints how often each was met as a JSON list.

A run: {"query", "events": [{"milliseconds", "data": {…}}]}, the events in any order.
"""

import json
import sys

import eql
import eql.parser

TICKS_OF_A_MILLISECOND = 10_000


def count(run):
    found = []
    with eql.parser.elasticsearch_syntax, eql.parser.allow_runs:
        query = eql.parser.parse_query(run["query"])
        engine = eql.PythonEngine({"print": False})
        engine.add_query(query)
        engine.add_output_hook(found.append)
        events = sorted(run["events"], key=lambda event: event["milliseconds"])
        engine.stream_events(
            eql.Event("generic", event["milliseconds"] * TICKS_OF_A_MILLISECOND, event["data"]) for event in events
        )
    return len(found)


print(json.dumps([count(run) for run in json.load(sys.stdin)]))
