// Validates generated files with the types of the programs that read them: `validate compose <file>`, `validate kubernetes <file> …`.
// Unknown fields and wrong types are errors. Prints the first one and exits with 1.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	check := map[string]func(string) error{"compose": compose, "kubernetes": kubernetes}[os.Args[1]]
	for _, file := range os.Args[2:] {
		if err := check(file); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			os.Exit(1)
		}
	}
}

func compose(file string) error {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithInterpolation(true), cli.WithResolvedPaths(true))
	if err != nil {
		return err
	}
	_, err = options.LoadProject(context.Background())
	return err
}

func kubernetes(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		if err := object(document); err != nil {
			return err
		}
	}
	return nil
}

func object(text []byte) error {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return err
	}
	objects := map[string]any{
		"ServiceMonitor": &monitoring.ServiceMonitor{},
		"PodMonitor":     &monitoring.PodMonitor{},
		"PrometheusRule": &monitoring.PrometheusRule{},
		"Probe":          &monitoring.Probe{},
		"ConfigMap":      &core.ConfigMap{},
		"":               &apps.Deployment{}, // a patch of one
	}
	object, isKnown := objects[head.Kind]
	if !isKnown {
		return fmt.Errorf("unknown kind %q", head.Kind)
	}
	return yaml.UnmarshalStrict(text, object)
}
