package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/prometheus-operator/prometheus-operator/pkg/admission"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// What the webhook of the Prometheus operator is asked, and where.
var resources = map[string][2]string{
	"monitoring.coreos.com/v1 PrometheusRule":           {"prometheusrules", "/admission-prometheusrules/validate"},
	"monitoring.coreos.com/v1alpha1 AlertmanagerConfig": {"alertmanagerconfigs", "/admission-alertmanagerconfigs/validate"},
}

// admissionJudge asks the handlers of the operator's webhook, with the settings that it has by default.
func admissionJudge() judge {
	mux := http.NewServeMux()
	logger := slog.New(slog.DiscardHandler)
	admission.New(logger, model.LegacyValidation, parser.Options{}).Register(mux)
	return judge{
		"admission",
		func(kind string) bool { return resources[kind] != [2]string{} },
		func(object document) []string { return ask(mux, object) },
	}
}

func ask(webhook http.Handler, object document) []string {
	resource := resources[object.kindOf()]
	group, version, _ := strings.Cut(object.GetAPIVersion(), "/")
	review := admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID:      "1",
			Resource: metav1.GroupVersionResource{Group: group, Version: version, Resource: resource[0]},
			Object:   runtime.RawExtension{Raw: object.text},
		},
	}
	body, err := json.Marshal(review)
	if err != nil {
		return []string{err.Error()}
	}
	request := httptest.NewRequest(http.MethodPost, resource[1], bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	webhook.ServeHTTP(answer, request)
	review = admissionv1.AdmissionReview{}
	if err := json.Unmarshal(answer.Body.Bytes(), &review); err != nil {
		return []string{answer.Body.String()}
	}
	if review.Response.Allowed {
		return nil
	}
	words := []string{review.Response.Result.Message}
	if details := review.Response.Result.Details; details != nil {
		for _, cause := range details.Causes {
			words = append(words, cause.Message)
		}
	}
	return words
}
