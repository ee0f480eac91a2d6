package main

import (
	"log/slog"

	"github.com/blang/semver/v4"
	"github.com/prometheus-operator/prometheus-operator/pkg/alertmanager"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// The key of a Secret in which the operator looks for a configuration of Alertmanager.
const configuration = "alertmanager.yaml"

// For the newest Alertmanager that slogen writes for: the operator objects to what an older one doesn't have.
var newestAlertmanager = semver.MustParse("0.33.1")

// configJudge has the operator read the configuration in a Secret, as it does wherever an Alertmanager selects
// AlertmanagerConfigs: what it doesn't know there, it refuses with all the rest.
func configJudge() judge {
	return judge{
		"operator",
		func(kind string) bool { return kind == "v1 Secret" },
		func(object document) []string {
			secret := corev1.Secret{}
			if err := yaml.UnmarshalStrict(object.text, &secret); err != nil {
				return []string{err.Error()}
			}
			builder := alertmanager.NewConfigBuilder(
				slog.New(slog.DiscardHandler), newestAlertmanager, nil, &monitoringv1.Alertmanager{})
			if err := builder.InitializeFromRawConfiguration([]byte(secret.StringData[configuration])); err != nil {
				return []string{err.Error()}
			}
			return nil
		},
	}
}
