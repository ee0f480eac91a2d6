"""What the targets of the shipped specs show at /metrics when all is well, by job: names, types, labels and
boundaries are those of the real systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slogen.load.presets import family

LITELLM = (0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5, *(n / 2 for n in range(2, 21)), 15, 20, 25, 30, 60)
LITELLM = (*LITELLM, 120, 180, 240, 300)
TEKTON = (10, 30, 60, 300, 900, 1800, 3600, 5400, 10800, 21600, 43200, 86400)
ROLLOUTS = (30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800)
VLLM = {"model_name": "llama-3", "engine": "0"}


def block(kind: str, name: str, *series: tuple[Mapping[str, object], float]) -> str:
    """A metric with its type and its series."""
    return f"# TYPE {name} {kind}\n" + "".join(line(name, labels, value) for labels, value in series)


def line(name: str, labels: Mapping[str, object], value: float) -> str:
    """A series."""
    inside = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {value}\n" if inside else f"{name} {value}\n"


def histogram(
    name: str, bounds: Sequence[object], *every: Mapping[str, object], count: int = 40, text: str = "{}"
) -> str:
    """A classic histogram whose observations all lie in the first bucket; `text` writes a boundary."""
    lines = [f"# TYPE {name} histogram\n"]
    for labels in every:
        les = [*(text.format(bound) for bound in bounds), "+Inf"]
        lines += [line(f"{name}_bucket", {**labels, "le": le}, count) for le in les]
        lines += [line(f"{name}_sum", labels, 1.5), line(f"{name}_count", labels, count)]
    return "".join(lines)


def _vllm(name: str) -> str:
    found = family("vllm")
    metric = found.metric(name, "vllm:") if found else None
    assert metric is not None
    return histogram(name, [float(bound) for bound in metric.buckets], VLLM)


def _requests(handler: str) -> str:
    found = ({"handler": handler, "status": status, "method": "POST"} for status in ("2xx", "4xx", "5xx"))
    return block("counter", "http_requests_total", *((labels, 40) for labels in found))


def _cases(suite: str, metric: str) -> list[tuple[dict[str, object], float]]:
    outcomes = {"passed": 40, "failed": 2}
    return [({"suite": suite, "metric": metric, "outcome": o}, n) for o, n in outcomes.items()]


def _score(suite: str, metric: str, value: float) -> tuple[dict[str, object], float]:
    return {"suite": suite, "metric": metric}, value


def _tekton(kind: str, *every: Mapping[str, object]) -> str:
    return histogram(f"tekton_pipelines_controller_{kind}_duration_seconds", TEKTON, *every)


POD = {"namespace": "models", "pod": "llama-3-0", "container": "vllm"}
REPO = {"repo": "models", "status": "completed"}
DEPLOYMENT = {"namespace": "models", "deployment": "llama-3"}

TARGETS: dict[str, str] = {
    "embeddings": _requests("/v1/embeddings")
    + histogram("http_request_duration_seconds", (0.1, 0.5, 1.0), {"handler": "/v1/embeddings"}),
    "llm-inference": _requests("/v1/completions")
    + block(
        "counter",
        "vllm:request_success_total",
        *(({**VLLM, "finished_reason": reason}, 40) for reason in ("stop", "length", "abort", "error")),
    )
    + _vllm("vllm:e2e_request_latency_seconds")
    + _vllm("vllm:time_to_first_token_seconds")
    + _vllm("vllm:inter_token_latency_seconds")
    + block("counter", "vllm:generation_tokens_total", (VLLM, 9000))
    + block("gauge", "vllm:num_requests_waiting", (VLLM, 0)),
    "litellm": block("counter", "litellm_proxy_total_requests_metric_total", ({"route": "/chat"}, 90))
    + block("counter", "litellm_proxy_failed_requests_metric_total", ({"exception_status": "500"}, 1))
    + block("counter", "litellm_spend_metric_total", ({"model": "llama-3"}, 0.5))
    + histogram("litellm_request_total_latency_metric", LITELLM, {"model": "llama-3"}),
    "kube-state-metrics": block("gauge", "kube_deployment_status_replicas_available", (DEPLOYMENT, 2))
    + block("gauge", "kube_deployment_spec_replicas", (DEPLOYMENT, 2))
    + block("gauge", "kube_pod_container_resource_limits", ({**POD, "resource": "cpu"}, 8)),
    "blackbox-models": block("gauge", "probe_success", ({}, 1)),
    "dcgm-exporter": block("gauge", "DCGM_FI_DEV_GPU_UTIL", ({**POD, "gpu": "0"}, 70)),
    "kubelet": block("gauge", "container_memory_working_set_bytes", (POD, 1e9))
    + block("gauge", "container_spec_memory_limit_bytes", (POD, 2e9))
    + block("counter", "container_cpu_usage_seconds_total", (POD, 1234.5)),
    "model-evals": block(
        "counter",
        "eval_cases_total",
        *_cases("golden", "hallucination"),
        *_cases("production-sample", "safety"),
    )
    + block(
        "gauge",
        "eval_score",
        _score("golden", "cosine_similarity", 0.97),
        _score("production-sample", "overall", 0.9),
    )
    + block("gauge", "eval_last_run_timestamp_seconds", ({"suite": "golden"}, 1.7e9)),
    "feedback": block("counter", "eval_cases_total", *_cases("user-feedback", "rating")),
    "support-evals": block(
        "gauge", "eval_score", _score("support", "accuracy", 0.95), _score("support", "helpfulness", 0.9)
    )
    + block("gauge", "eval_last_run_timestamp_seconds", ({"suite": "support"}, 1.7e9)),
    "github-actions-exporter": block(
        "counter",
        "workflow_status_count",
        *(({**REPO, "conclusion": c}, 9) for c in ("success", "failure")),
    )
    + block(
        "counter",
        "workflow_job_status_count",
        *(({**REPO, "job_name": "integration-tests", "conclusion": c}, 9) for c in ("success", "failure")),
    ),
    "tekton-pipelines-controller": _tekton("taskrun", {"task": "validate-model", "status": "success"})
    + _tekton(
        "pipelinerun",
        {"pipeline": "deploy-model", "status": "success"},
        {"pipeline": "rollback-model", "status": "success"},
    ),
    "argocd-metrics": block(
        "counter",
        "argocd_app_sync_total",
        *(({"project": "models", "phase": p, "dry_run": "false"}, 9) for p in ("Succeeded", "Failed")),
    ),
    "argo-rollouts-metrics": histogram(
        "rollout_duration_seconds", ROLLOUTS, {"namespace": "production", "status": "Promoted"}
    ),
}
