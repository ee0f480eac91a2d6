// The program gmp-judge holds ClusterRules to what Google's operator for Managed Prometheus asks of them when
// they are created: its own types, and its own check of rules and of the labels that it sets itself. It is made
// of another Prometheus than the kube-judge, so it is a module of its own.
//
// usage: gmp-judge FILE...
//
// It prints what is wrong, a line a file, and ends with 1 if anything is.
package main

import (
	"fmt"
	"os"

	monitoringv1 "github.com/GoogleCloudPlatform/prometheus-engine/pkg/operator/apis/monitoring/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	code := 0
	for _, path := range os.Args[1:] {
		if err := judge(path); err != nil {
			fmt.Printf("%s: %s\n", path, err)
			code = 1
		}
	}
	os.Exit(code)
}

func judge(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rules := monitoringv1.ClusterRules{}
	if err := yaml.UnmarshalStrict(text, &rules); err != nil {
		return err
	}
	if rules.Kind != "ClusterRules" {
		return fmt.Errorf("%s is no ClusterRules", rules.Kind)
	}
	_, err = rules.ValidateCreate()
	return err
}
