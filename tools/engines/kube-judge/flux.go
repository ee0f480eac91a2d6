package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// A Kustomization of Flux that substitutes, as one has that serves several clusters.
var kustomization = unstructured.Unstructured{Object: map[string]any{
	"spec": map[string]any{"postBuild": map[string]any{"substitute": map[string]any{"cluster": "eu-1"}}},
}}

// substitute builds a folder, and has its variables replaced as Flux does: what changes is an objection.
func (v *verdict) substitute(folder string) error {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return err
	}
	for _, each := range built.Resources() {
		where := fmt.Sprintf("%s %s", each.GetKind(), each.GetName())
		v.seen(each.GetApiVersion()+" "+each.GetKind(), "flux")
		before, err := each.AsYAML()
		if err != nil {
			return err
		}
		dry := kustomize.SubstituteWithDryRun(true)
		after, err := kustomize.SubstituteVariables(context.Background(), nil, kustomization, each, dry)
		if err != nil {
			v.Problems = append(v.Problems, fmt.Sprintf("%s: flux: %s", where, err))
			continue
		}
		if after == nil { // it is told to leave this alone
			continue
		}
		if text, err := after.AsYAML(); err != nil || !bytes.Equal(text, before) {
			v.Problems = append(v.Problems, where+": flux: its text was changed")
		}
	}
	return nil
}
