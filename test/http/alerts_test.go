package http_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
)

// alert is an alerting rule in deploy/observe/alerts.yaml.
type alert struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) []alert {
	t.Helper()
	content, err := os.ReadFile("../../deploy/observe/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []alert
		}
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(content)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Groups) != 1 || len(file.Groups[0].Rules) == 0 {
		t.Fatal("deploy/observe/alerts.yaml has not one group of rules")
	}
	return file.Groups[0].Rules
}

// metricsOf returns the names of the metrics in a Prometheus expression.
func metricsOf(expr string) []string {
	for _, other := range []string{`"[^"]*"`, `\{[^}]*\}`, `\[[^]]*\]`, `\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)`, `\b[a-z_]+\s*\(`, `\b(and|or|unless|bool|offset)\b`} {
		expr = regexp.MustCompile(other).ReplaceAllString(expr, " ")
	}
	return regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*`).FindAllString(expr, -1)
}

// family returns the name of a metric without the suffixes _bucket, _sum and _count, which a
// histogram has.
func family(metric string) string {
	return regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(metric, "")
}

// exported returns the names of all metrics that the running programs export: a projector, an API
// with AUTH=off, and an API with a token issuer.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	s := newStack(t)
	path, position := s.open("Ada", "EUR")
	s.want(s.get(path, position), 200, "")
	found := make(map[string]bool)
	for _, p := range []*programs.Program{s.api, s.projector, newGuarded(t).api} {
		await.True(t, "the metrics are there", func() bool { // the projector exports its gauges after its first check
			text := p.Metrics()
			for _, match := range regexp.MustCompile(`(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]`).FindAllStringSubmatch(text, -1) {
				found[match[1]] = true
			}
			return p == s.api || found["projection_lag_seconds"] && found["workflow_lag_events"]
		})
	}
	return found
}

// The alerting rules for Prometheus name only metrics that the running programs export. In
// docs/operations.md, each metric in the table "What to watch" has an alert, and each alert has a
// section in the runbook.
func TestAlerts(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	document := string(content)
	_, runbook, found := strings.Cut(document, "\n## Runbook\n")
	if !found {
		t.Fatal("docs/operations.md has no runbook")
	}
	metrics, covered := exported(t), make(map[string]bool)
	var names []string
	for _, a := range alerts(t) {
		names = append(names, a.Alert)
		named := metricsOf(a.Expr)
		if len(named) == 0 {
			t.Errorf("alert %s names no metric", a.Alert)
		}
		for _, metric := range named {
			covered[family(metric)] = true
			if !metrics[metric] {
				t.Errorf("alert %s names %s, which neither a running api nor a running projector exports", a.Alert, metric)
			}
		}
		anchor := strings.ToLower(a.Alert)
		if got, want := a.Annotations["runbook"], "docs/operations.md#"+anchor; got != want {
			t.Errorf("alert %s has the runbook %q, want %q", a.Alert, got, want)
		}
		if a.Annotations["summary"] == "" || !slices.Contains([]string{"page", "ticket"}, a.Labels["severity"]) {
			t.Errorf("alert %s lacks a summary, or its severity is neither page nor ticket", a.Alert)
		}
		if !strings.Contains(document, "["+a.Alert+"](#"+anchor+")") {
			t.Errorf(`alert %s has no line in "What to watch" of docs/operations.md`, a.Alert)
		}
	}
	var sections []string
	for _, match := range regexp.MustCompile(`(?m)^### (\w+)$`).FindAllStringSubmatch(runbook, -1) {
		sections = append(sections, match[1])
	}
	if !slices.Equal(names, sections) {
		t.Errorf("deploy/observe/alerts.yaml has the alerts\n%v\nand the runbook of docs/operations.md the sections\n%v", names, sections)
	}
	for _, match := range regexp.MustCompile("(?m)^\\| `([a-z_]+)[{`].*\\(#\\w+\\) \\|$").FindAllStringSubmatch(document, -1) {
		if !covered[match[1]] {
			t.Errorf(`"What to watch" has %s, and no alert of deploy/observe/alerts.yaml names it`, match[1])
		}
	}
}

// The function metricsOf must find all metrics of an expression. If it missed a metric, TestAlerts
// would not notice that the name of this metric is misspelt, and the alert would never be raised.
func TestMetricsOfAnExpression(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string][]string{
		`max by (projection) (a_b) > 3 * 3600`:                                                         {"a_b"},
		`histogram_quantile(0.99, sum by (le) (rate(c_seconds_bucket{x="y z"}[5m]))) > 0.1`:            {"c_seconds_bucket"},
		`sum by (job) (rate(d_total[5m])) == 0 and on () sum(e{f=~"g|h"}) > 0.2 * sum(i) or absent(j)`: {"d_total", "e", "i", "j"},
	} {
		if got := metricsOf(expr); !slices.Equal(got, want) {
			t.Errorf("%s names %v, want %v", expr, got, want)
		}
	}
}
