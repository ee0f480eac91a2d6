"""Write docs/presets/ from the data of the presets: a page per family and an index.

usage: python tools/preset_docs.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from slogen.load.family import Family, Metric, Parameter, Preset
from slogen.load.presets import families
from slogen.project.example import snippet
from slogen.units import plain

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "presets"
NOTE = "<!-- Written by tools/preset_docs.py from slogen/presets; change the data, not this page. -->"


def pages() -> dict[str, str]:
    """All pages: {name of the file: text}."""
    found = list(families())
    return {"README.md": index(found)} | {f"{family.name}.md": page(family) for family in found}


def index(found: list[Family]) -> str:
    """The page that lists all presets."""
    count = sum(len(family.presets) for family in found)
    head = f"""# Presets

{NOTE}

A preset is an SLI that ships with slogen: it knows the metric, its labels, its unit and the boundaries of its
buckets. There are {count}, on the metrics of {len(found)} systems. `slogen presets list WORD` finds them by
a word, or by a metric's name, a part of it or a pattern; `slogen presets show vllm/ttft` says all about one,
also what it compiles to. How a spec names one is in
[spec.md](../spec.md#sli-preset). The objectives are proposals.
"""
    return head + "".join(f"\n{block}" for block in map(listed, found))


def listed(family: Family) -> str:
    """A family in the index."""
    rows = table(
        ("preset", "measures", "objective"),
        [
            (f"[`{p.name}`]({family.name}.md#{anchor(p)})", p.title, f"{plain(p.objective)} %")
            for p in family.presets
        ],
    )
    return f"## {family.system}\n\n{rows}"


def anchor(preset: Preset) -> str:
    """Where a heading of this name is, as GitHub makes it."""
    return preset.name.replace("/", "")


def page(family: Family) -> str:
    """The page of a family."""
    parts = [f"# {family.system}", NOTE, family.about, *map(section, family.presets)]
    parts += [
        "## Metrics",
        table(("metric", "type", "unit", "labels", "notes"), list(map(fact, family.metrics))),
    ]
    for buckets, names in boundaries(family):
        parts.append(f"Boundaries of {names}: {', '.join(map(plain, buckets))}.")
    if family.versions:
        parts += ["## Versions", "\n".join(f"* {text}" for text in family.versions)]
    parts += ["## When there is no data", family.no_data]
    parts.append(
        f"Whether data is gone or nobody calls is told by the `up` of {family.job}: select on `job`. Where"
        " that job scrapes more than the SLO is about, name the targets' own labels too (`namespace`, `app`,"
        " `pod`): any other target that is up would hide that these are gone."
    )
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def section(preset: Preset) -> str:
    """A preset on its family's page."""
    rows = [parameter(each) for each in preset.parameters.values()]
    parts = [f"## {preset.name}", f"{preset.title}. {preset.means}", f"What it misses: {preset.misses}"]
    parts += [f"```yaml\n{snippet(preset)}```"]
    parts += [table(("parameter", "type", "default", "meaning"), rows)] if rows else []
    return "\n\n".join(part.rstrip("\n") for part in (*parts, *preset.notes))


def parameter(each: Parameter) -> tuple[str, ...]:
    """A row of a preset's parameters."""
    default = "required" if each.default is None else code(each.default) if each.default else "nothing"
    choices = "; ".join(
        f"{code(value) if value else 'nothing'}: {means}" for value, means in each.choices.items()
    )
    choices += "; or another name" if choices and each.type == "metric" else ""
    more = f" {choices}" if choices else f" Such as {code(each.example)}."
    return code(each.name), each.type, default, each.description + more


def fact(metric: Metric) -> tuple[str, ...]:
    """A row of a family's metrics."""
    labels = ", ".join(map(code, metric.labels)) or "none of its own"
    return code(shown(metric)), metric.type, metric.unit, labels, metric.notes


def shown(metric: Metric) -> str:
    """A metric's name for people."""
    return metric.name.replace("${prefix}", "<prefix>")


def boundaries(family: Family) -> Iterator[tuple[tuple, str]]:
    """The lists of boundaries, each once, with the metrics that have it."""
    lists = dict.fromkeys(metric.buckets for metric in family.metrics if metric.buckets)
    for buckets in lists:
        yield buckets, ", ".join(code(shown(m)) for m in family.metrics if m.buckets == buckets)


def code(text: str) -> str:
    """Text as code, also in a table."""
    return f"`{text}`".replace("|", "\\|")


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table."""
    lines = [" | ".join(head), "|".join("---" for _ in head), *(" | ".join(row) for row in rows)]
    return "".join(f"|{line}|\n" if line.startswith("---") else f"| {line} |\n" for line in lines)


def main() -> int:
    """Write the pages, and remove those of families that are gone."""
    made = pages()
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(made)} pages in {FOLDER.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
