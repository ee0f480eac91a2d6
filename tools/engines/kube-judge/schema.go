package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/prometheus-operator/prometheus-operator/example"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	crvalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// Of the modules of both judges and two more, put there when this program is built.
//
//go:embed crds/*.yaml
var crds embed.FS

// A schema is what an API server knows of a version of a custom resource.
type schema struct {
	isNamespaced bool
	structure    *structural.Structural
	validator    crvalidation.SchemaValidator
	rules        *cel.Validator
}

// schemaJudge asks as an API server does that refuses unknown fields (`fieldValidation=Strict`).
func schemaJudge() (judge, error) {
	known := map[string]schema{}
	texts, err := definitions()
	if err != nil {
		return judge{}, err
	}
	for _, text := range texts {
		if err := learn(known, text); err != nil {
			return judge{}, err
		}
	}
	knows := func(kind string) bool { _, ok := known[kind]; return ok }
	return judge{"schema", knows, func(object document) []string { return known[object.kindOf()].ask(object) }}, nil
}

// definitions gives the text of every CRD there is.
func definitions() ([][]byte, error) {
	var operator bytes.Buffer
	if err := crd.PrintAllFull(&operator); err != nil {
		return nil, err
	}
	texts := bytes.Split(operator.Bytes(), []byte("\n---\n"))
	files, err := crds.ReadDir("crds")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := crds.ReadFile("crds/" + file.Name())
		if err != nil {
			return nil, err
		}
		texts = append(texts, bytes.Split(text, []byte("\n---\n"))...)
	}
	return texts, nil
}

// learn reads the versions that a CRD serves.
func learn(known map[string]schema, text []byte) error {
	definition := apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.Unmarshal(text, &definition); err != nil {
		return err
	}
	for _, version := range definition.Spec.Versions {
		if !version.Served || version.Schema == nil {
			continue
		}
		props := apiextensions.JSONSchemaProps{}
		given := version.Schema.OpenAPIV3Schema
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(given, &props, nil); err != nil {
			return err
		}
		structure, err := structural.NewStructural(&props)
		if err != nil {
			return fmt.Errorf("%s: %w", definition.Name, err)
		}
		validator, _, err := crvalidation.NewSchemaValidator(&props)
		if err != nil {
			return fmt.Errorf("%s: %w", definition.Name, err)
		}
		isNamespaced := definition.Spec.Scope == apiextensionsv1.NamespaceScoped
		rules := cel.NewValidator(structure, true, celconfig.PerCallLimit)
		kind := definition.Spec.Group + "/" + version.Name + " " + definition.Spec.Names.Kind
		known[kind] = schema{isNamespaced, structure, validator, rules}
	}
	return nil
}

// ask says what an API server objects to, and which fields it doesn't know.
func (s schema) ask(object document) (words []string) {
	if s.isNamespaced && object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	meta := metavalidation.ValidateObjectMetaAccessor(
		object, s.isNamespaced, metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	found := append(meta, crvalidation.ValidateCustomResource(nil, object.Object, s.validator)...)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, s.structure, object.Object)...)
	broken, _ := s.rules.Validate(
		context.Background(), nil, s.structure, object.Object, nil, celconfig.RuntimeCELCostBudget)
	for _, each := range append(found, broken...) {
		words = append(words, each.Error())
	}
	copied := map[string]any{}
	if err := json.Unmarshal(object.text, &copied); err != nil {
		return append(words, err.Error())
	}
	options := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(copied, s.structure, true, options) {
		words = append(words, "unknown field "+path)
	}
	return words
}
