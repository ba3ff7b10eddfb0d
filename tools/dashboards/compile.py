"""Compiles assets/elastic/dashboards/*.yml to what Kibana imports: ecs.json, otel.json and common.json beside them.

Needs Python 3.12 or later, and what requirements.txt names. `deno task test` sees when the output is not that of the sources.
"""

import hashlib
import json
import string
import sys
from pathlib import Path

import yaml
from kb_dashboard_core.dashboard_compiler import render
from kb_dashboard_core.loader import DashboardConfig

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "elastic" / "dashboards"

# What Kibana fills in: it would differ with each compilation, or say what is not so.
LEFT_OUT = ("created_at", "created_by", "updated_at", "updated_by", "version", "managed")

def data_view(mode: str, name: str, view: dict) -> dict:
    attributes = {"title": view["pattern"], "name": f"Bedrock OTel {name} ({mode})", "timeFieldName": "@timestamp"}
    if "keys" in view:
        fields = {name: {"type": "keyword", "script": {"source": script(key)}} for name, key in view["keys"].items()}
        attributes["runtimeFieldMap"] = json.dumps(fields)
    return {"type": "index-pattern", "id": f"bedrock-otel-{mode}-{name}", "attributes": attributes, "references": []}


def script(key: str) -> str:
    return f"if (doc.containsKey('{key}')) {{ for (def value : doc['{key}']) {{ emit(value) }} }}"


def dashboards(path: Path, mode: str, settings: dict) -> list[dict]:
    names = settings["names"] | {view: f"bedrock-otel-{mode}-{view}" for view in settings["views"]}
    source = yaml.safe_load(path.read_text(encoding="utf-8"))
    if mode not in source.pop("modes"):
        return []
    config = DashboardConfig.model_validate(substituted(source, names))
    compiled = []
    for dashboard in config.dashboards:
        own = {"id": f"bedrock-otel-{mode}-{path.stem}", "name": dashboard.name + settings["suffix"]}
        named = dashboard.model_copy(update=own)
        compiled.append(saved_object(json.loads(render(named).model_dump_json(by_alias=True))))
    return compiled


def substituted(value: object, names: dict[str, str]) -> object:
    if isinstance(value, str):
        return string.Template(value).substitute(names)
    if isinstance(value, list):
        return [substituted(element, names) for element in value]
    if isinstance(value, dict):
        return {name: substituted(member, names) for name, member in value.items()}
    return value


def saved_object(compiled: dict) -> dict:
    kept = {name: member for name, member in compiled.items() if name not in LEFT_OUT}
    return {"type": kept.pop("type"), "id": kept.pop("id"), **kept}


def fingerprint(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    sources = sorted(path for path in FOLDER.glob("*.yml"))
    modes = yaml.safe_load((FOLDER / "modes.yml").read_text(encoding="utf-8"))["modes"]
    for mode, settings in modes.items():
        objects = [data_view(mode, name, view) for name, view in settings["views"].items()]
        for path in sources:
            if path.stem != "modes":
                objects += dashboards(path, mode, settings)
        text = json.dumps({"sources": fingerprint(sources), "objects": objects}, indent=2, ensure_ascii=False)
        (FOLDER / f"{mode}.json").write_text(f"{text}\n", encoding="utf-8")
        print(f"{mode}.json: {len(objects)} objects")


if __name__ == "__main__":
    sys.exit(main())
