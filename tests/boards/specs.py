"""SLOs in every state: healthy, burning, spent, idle, gone, never seen, excluded, young, of few and of many
groups, one whose rules stopped, and one in two clusters; and their settings."""

from __future__ import annotations

EVENTS = """events:
        bad: 'failed_total{{job="{service}", slo="{name}"}}'
        total: 'all_total{{job="{service}", slo="{name}"}}'{by}"""
NAMES = ("healthy", "burning", "critical", "exhausted", "quiet", "gone", "never", "young")


def _slo(name: str, by: str = "", service: str = "shop") -> str:
    return f"""\
  - name: {name}
    description: What is {name} <b>is</b> so
    objective: 99
    sli:
      {EVENTS.format(name=name, by=by, service=service)}
"""


SHOP = (
    """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: till
description: Buys and sells
links: {runbook: https://runbooks.example.com/shop}
slos:
"""
    + "".join(map(_slo, NAMES))
    + _slo("grouped", "\n        by: [model]")
    + _slo("spiky")
    + _slo("paused")
    + "    exclude: [{weekly: 'Sat 00:00-24:00'}]\n"
)
MANY = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: many
owner: models
slos:
""" + _slo("models", "\n        by: [model]", "many")
DEAD = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: dead
owner: till
slos:
""" + _slo("stopped", service="dead")
API = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: api
slos:
  - name: fast
    description: Answers come within half a second
    objective: 95
    window: 7d
    sli: {latency: {histogram: 'took_seconds{job="api"}', threshold: 500ms}}
  - name: monthly
    objective: 99
    window: {calendar: month}
    sli: {events: {bad: 'wrong_total{job="api"}', total: 'any_total{job="api"}'}}
"""
LLM = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: llm
slos:
  - name: ttft
    objective: 95
    sli:
      preset: vllm/ttft
      with: {selector: 'job="llm",model_name="m",engine="0"'}
"""
SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
project: store
prometheus: {retention: 90d}
labels: {cluster: eu}
targets: [prometheus, grafana]
"""
SPECS = {"shop.yaml": SHOP, "api.yaml": API, "llm.yaml": LLM, "many.yaml": MANY, "dead.yaml": DEAD}
