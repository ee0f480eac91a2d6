package main

import (
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	flaggerv1 "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	fluxv1 "github.com/fluxcd/kustomize-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// The types into which controllers read their objects, and an API server its own.
var types = map[string]func() any{
	"v1 ConfigMap": func() any { return &corev1.ConfigMap{} },
	"kustomize.toolkit.fluxcd.io/v1 Kustomization": func() any { return &fluxv1.Kustomization{} },
	"argoproj.io/v1alpha1 AnalysisTemplate":        func() any { return &v1alpha1.AnalysisTemplate{} },
	"flagger.app/v1beta1 MetricTemplate":           func() any { return &flaggerv1.MetricTemplate{} },
}

// typesJudge reads objects into the types of who uses them, and lets no field be unknown.
func typesJudge() judge {
	return judge{
		"types",
		func(kind string) bool { return types[kind] != nil },
		func(object document) []string {
			if err := yaml.UnmarshalStrict(object.text, types[object.kindOf()]()); err != nil {
				return []string{err.Error()}
			}
			return nil
		},
	}
}
