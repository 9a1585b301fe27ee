package internal_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// alertNames returns the names of the alerting rules.
func alertNames(t *testing.T) (names []string) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []struct{ Alert string } }
	}
	if err := yaml.Unmarshal([]byte(read(t, observe+"alerts.yaml")), &file); err != nil || len(file.Groups) == 0 {
		t.Fatalf("%d groups of alerts: %v", len(file.Groups), err)
	}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			names = append(names, rule.Alert)
		}
	}
	return names
}

// Each alert has tests for promtool: at least one time at which the alert fires, and before it, in
// the same test, at least one time at which the alert is quiet.
func TestEachAlertFiresAndIsQuiet(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(observe + "alerts_*_test.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	fires := make(map[string]bool)
	for _, name := range files {
		var file struct {
			Tests []struct {
				Name  string
				Times []struct {
					Alertname string
					Alerts    []any `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		if err := yaml.Unmarshal([]byte(read(t, name)), &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, test := range file.Tests {
			quiet := make(map[string]bool)
			for _, at := range test.Times {
				if len(at.Alerts) == 0 {
					quiet[at.Alertname] = true
				} else if fires[at.Alertname] = true; !quiet[at.Alertname] {
					t.Errorf("%s: %s fires in the test %q, and is not quiet before", name, at.Alertname, test.Name)
				}
			}
		}
	}
	for _, name := range alertNames(t) {
		if !fires[name] {
			t.Errorf("no test lets the alert %s fire", name)
		}
	}
}

// act matches a command, a function or a setting that an operator needs to remove a cause.
var act = regexp.MustCompile("`(?:ops|migrate|pg_terminate_backend|SELECT|GRANT)\\b|`[A-Z_]{5,}")

// The runbook says for each alert where to look and what to do. It is not enough to say that the
// cause must be fixed: then the runbook also names a command or a setting.
func TestTheRunbookSaysWhatToDo(t *testing.T) {
	t.Parallel()
	page := read(t, "../docs/operations.md")
	for _, name := range alertNames(t) {
		_, section, _ := strings.Cut(page, "\n### "+name+"\n")
		section, _, _ = strings.Cut(section, "\n### ")
		_, look, _ := strings.Cut(section, "**Look**")
		look, do, _ := strings.Cut(look, "**Do**")
		if len(look) < 10 || len(do) < 20 {
			t.Errorf("the runbook does not say where to look at %s, or what to do", name)
		}
		if strings.Contains(do, "the cause") && !act.MatchString(do) {
			t.Errorf("the runbook of %s says that the cause must be fixed, and not how: %s", name, do)
		}
	}
}
