package http_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
)

// query is a query of a panel of a dashboard.
type query struct{ where, expr, legend string }

func panelQueries(t *testing.T) (queries []query) {
	t.Helper()
	files, err := filepath.Glob("../../deploy/observe/grafana/dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d dashboards: %v", len(files), err)
	}
	for _, file := range files {
		var dashboard struct {
			Panels []struct {
				Title   string
				Targets []struct{ Expr, LegendFormat string }
			}
		}
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &dashboard)
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, panel := range dashboard.Panels {
			for _, target := range panel.Targets {
				queries = append(queries, query{filepath.Base(file) + ", " + panel.Title, target.Expr, target.LegendFormat})
			}
		}
	}
	return queries
}

// alertSeries returns the series that the tests of the alerts make up.
func alertSeries(t *testing.T) (series []query) {
	t.Helper()
	files, err := filepath.Glob("../../deploy/observe/alerts_*_test.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		var tests struct {
			Tests []struct {
				InputSeries []struct{ Series string } `yaml:"input_series"`
			}
		}
		text, err := os.ReadFile(file)
		if err == nil {
			err = yaml.Unmarshal(text, &tests)
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, test := range tests.Tests {
			for _, made := range test.InputSeries {
				series = append(series, query{filepath.Base(file), made.Series, ""})
			}
		}
	}
	return series
}

var (
	sample   = regexp.MustCompile(`(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+$`)
	selector = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}`)
	label    = regexp.MustCompile(`([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*"`)
	grouped  = regexp.MustCompile(`\bby\s*\(([^)]*)\)`)
	shown    = regexp.MustCompile(`\{\{(\w+)\}\}`)
)

// ofPrometheus lists the labels that Prometheus itself adds to each series.
var ofPrometheus = []string{"job", "instance"}

// exports maps the name of each exported metric to the names of its labels.
type exports map[string][]string

// add adds the metrics of a program, in the text format of Prometheus.
func (e exports) add(metrics string) {
	for _, line := range sample.FindAllStringSubmatch(metrics, -1) {
		for _, name := range label.FindAllStringSubmatch(line[2], -1) {
			if !slices.Contains(e[line[1]], name[1]) {
				e[line[1]] = append(e[line[1]], name[1])
			}
		}
		if _, known := e[line[1]]; !known {
			e[line[1]] = nil
		}
	}
}

// faults returns what is wrong with a query: metrics that no program exports, labels that a metric
// does not have, and labels in the name of a line that the result does not have. A label after "by"
// must be a label of all metrics of the query.
func (e exports) faults(q query) (faults []string) {
	for _, metric := range metricsOf(q.expr) {
		labels, known := e[metric]
		if !known {
			faults = append(faults, "no program exports "+metric)
			continue
		}
		labels = append(slices.Clone(labels), ofPrometheus...)
		var used []string
		for _, found := range selector.FindAllStringSubmatch(q.expr, -1) {
			for _, name := range label.FindAllStringSubmatch(found[2], -1) {
				if found[1] == metric {
					used = append(used, name[1])
				}
			}
		}
		for _, found := range grouped.FindAllStringSubmatch(q.expr, -1) {
			used = append(used, strings.FieldsFunc(found[1], func(r rune) bool { return r == ',' || r == ' ' })...)
		}
		for _, name := range used {
			if !slices.Contains(labels, name) {
				faults = append(faults, metric+" has no label "+name)
			}
		}
	}
	for _, name := range shown.FindAllStringSubmatch(q.legend, -1) {
		if !regexp.MustCompile(`\bby\s*\([^)]*\b` + name[1] + `\b`).MatchString(q.expr) {
			faults = append(faults, "the result has no label "+name[1])
		}
	}
	return faults
}

// busy runs the programs with everything that exports metrics, uses them, and returns their metrics.
func busy(t *testing.T) exports {
	t.Helper()
	s, _, _ := newTraced(t, snapshotKey)
	ada := s.as("ada", both)
	from, _ := s.openBy(ada)
	to, position := s.openBy(ada)
	s.want(s.post(from+"/deposits", `{"amount":700}`, ada...), 200, "")
	s.want(s.post(from+"/withdrawals", `{"amount":900}`, ada...), 422, "insufficient_funds")
	s.want(s.get(to, position, ada...), 200, "")
	s.want(s.get("/v1/accounts/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b", "", ada...), 404, "not_found")
	asked := s.post("/v1/transfers", transferOf(from, to, 300), ada...)
	s.want(asked, 202, "")
	await.True(t, "the transfer is completed", func() bool {
		return s.get(asked.Header.Get("Location"), "", ada...).Fields(t)["status"] == "completed"
	})
	found := exports{}
	await.True(t, "the metrics are there", func() bool { // the projector exports its gauges after its first check
		for _, p := range []*programs.Program{s.api, s.projector} {
			_ = p.Ready() // some metrics show the last request for /readyz
			found.add(p.Metrics())
		}
		return found["projection_lag_seconds"] != nil && found["workflow_lag_events"] != nil && found["projection_reconcile_differences"] != nil
	})
	return found
}

// elsewhere matches the metrics that Prometheus itself and postgres-exporter have.
var elsewhere = regexp.MustCompile(`\b(?:ALERTS|up|pg_\w+)\b`)

// Each query of a dashboard, and each series of a test of an alert, has only metrics and labels that
// the running programs export. A lab test checks the metrics of postgres-exporter.
func TestDashboardsShowWhatIsExported(t *testing.T) {
	t.Parallel()
	metrics, checked := busy(t), 0
	for _, q := range append(panelQueries(t), alertSeries(t)...) {
		if elsewhere.MatchString(q.expr) {
			continue
		}
		checked++
		for _, fault := range metrics.faults(q) {
			t.Errorf("%s: %s: %s", q.where, fault, q.expr)
		}
	}
	if checked < 150 {
		t.Errorf("only %d queries and series were checked", checked)
	}
}

// The check of a query must find each kind of fault. If it missed one, a dashboard could have a panel
// that is always empty.
func TestFaultsOfAQuery(t *testing.T) {
	t.Parallel()
	metrics := exports{}
	metrics.add("a_total{x=\"1\",y=\"z{}\"} 4\nb 1\nc_bucket{le=\"+Inf\"} 2 # {trace_id=\"f\"} 1\n")
	for _, q := range []struct {
		expr, legend string
		want         []string
	}{
		{`sum by (x) (rate(a_total{y!="q"}[5m])) > 3 or max by (x) (a_total)`, "{{x}}", nil},
		{`max(b) / 2`, "b", nil},
		{`histogram_quantile(0.9, sum by (le, job) (rate(c_bucket[5m])))`, "{{job}}", nil},
		{`sum by (z) (a_total)`, "{{z}}", []string{"a_total has no label z"}},
		{`sum(a_total{q=~"1|2"})`, "", []string{"a_total has no label q"}},
		{`sum(d{x="1"})`, "", []string{"no program exports d"}},
		{`sum by (x) (a_total)`, "{{y}}", []string{"the result has no label y"}},
	} {
		if got := metrics.faults(query{"", q.expr, q.legend}); !slices.Equal(got, q.want) {
			t.Errorf("%s: got %q, want %q", q.expr, got, q.want)
		}
	}
}
