// Command dashboards writes the dashboards that Grafana shows. Each table (*.yaml) of this folder
// becomes a file in ../grafana/dashboards. To change a dashboard, edit its table and run go generate
// ./deploy/... in the repository's root.
//
// A table has rows of panels. A panel has a title, a description of one sentence (says), a unit of
// Grafana, and queries of Prometheus, each with the name of its lines.
package main

//go:generate go run .

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

func main() {
	if err := run("../grafana/dashboards"); err != nil {
		fmt.Fprintln(os.Stderr, "dashboards:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	files, err := filepath.Glob("*.yaml")
	if err != nil {
		return err
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".yaml")
		if err := write(file, name, filepath.Join(out, name+".json")); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// write writes the dashboard of one table.
func write(table, name, out string) error {
	text, err := os.Open(table) //nolint:gosec // a table of this folder
	if err != nil {
		return err
	}
	defer func() { _ = text.Close() }()
	var t Table
	decoder := yaml.NewDecoder(text)
	decoder.KnownFields(true)
	if err := decoder.Decode(&t); err != nil {
		return err
	}
	d, err := t.dashboard(name)
	if err != nil {
		return err
	}
	var written strings.Builder
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false) // queries have < and >
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return err
	}
	return os.WriteFile(out, []byte(written.String()), 0o644) //nolint:gosec // Grafana reads the file as another user
}
