//go:build all && unix

package observe_test

import (
	"context"
	"encoding/json"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
)

// mayBeEmpty lists the panels that show nothing while nothing is wrong.
var mayBeEmpty = map[string]string{
	"service.json, Alerts": "no alert fires",
}

// query is a query of a panel.
type query struct{ panel, line, expr string }

func queries(t *testing.T) (all []query) {
	t.Helper()
	found, err := filepath.Glob(files + "grafana/dashboards/*.json")
	if err != nil || len(found) == 0 {
		t.Fatalf("%d dashboards: %v", len(found), err)
	}
	for _, file := range found {
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
				all = append(all, query{filepath.Base(file) + ", " + panel.Title, target.LegendFormat, target.Expr})
			}
		}
	}
	return all
}

// numbers returns how many lines a query has at present whose value is a number. A query that
// Prometheus refuses fails the test.
func (p prometheus) numbers(q query) (count int) {
	p.t.Helper()
	var data struct {
		Result []struct{ Value [2]any }
	}
	// Grafana puts at least four times the interval of scrapes in the place of this variable.
	expr := strings.ReplaceAll(q.expr, "$__rate_interval", "15s")
	if !p.ask("query", url.Values{"query": {expr}}, &data) {
		p.t.Fatalf("%s: Prometheus refuses %s", q.panel, expr)
	}
	for _, line := range data.Result {
		text, _ := line.Value[1].(string)
		if value, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(value) && !math.IsInf(value, 0) {
			count++
		}
	}
	return count
}

// Each query of each panel has a value while the service is used. The queries of the PostgreSQL
// dashboard read postgres-exporter, which has the login that monitor.sql creates. The histogram of
// requests has exemplars with the ids of traces, and Prometheus can evaluate all alerting rules.
func TestEachPanelHasData(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	ctx, cancel := context.WithCancel(t.Context())
	used := make(chan struct{})
	go func() {
		defer close(used)
		s.uses(ctx)
	}()
	defer func() {
		cancel()
		<-used
	}()
	p := startPrometheus(t, map[string]string{"api": s.apis[0].Address, "projector": s.projector.Address, "postgres": s.monitored()})
	all := queries(t)
	for _, q := range p.empty(all, s) {
		t.Errorf("%s (%s) has no data: %s", q.panel, q.line, q.expr)
	}
	t.Logf("%d queries were run", len(all))
	p.hasExemplars()
	p.evaluatesRules()
}

// empty runs the queries again and again until each has data, but for at most twice await.Within, and
// returns those that had none. Queries of panels that may be empty run once.
func (p prometheus) empty(all []query, s *stack) (without []query) {
	p.t.Helper()
	without = all
	for end := time.Now().Add(2 * await.Within); len(without) > 0 && time.Now().Before(end); {
		_ = s.apis[0].Ready() // some metrics show the last request for /readyz
		_ = s.projector.Ready()
		without = slices.DeleteFunc(slices.Clone(without), func(q query) bool {
			_, may := mayBeEmpty[q.panel]
			return p.numbers(q) > 0 || may
		})
		<-time.After(time.Second) // the interval of the scrapes
	}
	return without
}

func (p prometheus) hasExemplars() {
	p.t.Helper()
	now := float64(time.Now().Unix())
	var found []struct {
		Exemplars []struct{ Labels map[string]string }
	}
	parameters := url.Values{"query": {"http_request_duration_seconds_bucket"}, "start": {number(now - 300)}, "end": {number(now + 1)}}
	if !p.ask("query_exemplars", parameters, &found) || len(found) == 0 || len(found[0].Exemplars) == 0 || len(found[0].Exemplars[0].Labels["trace_id"]) != 32 {
		p.t.Errorf("the exemplars of requests are %v", found)
	}
}

func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

func (p prometheus) evaluatesRules() {
	p.t.Helper()
	var data struct {
		Groups []struct {
			Rules []struct{ Name, Health, LastError, State string }
		}
	}
	if !p.ask("rules", nil, &data) || len(data.Groups) != 1 || len(data.Groups[0].Rules) == 0 {
		p.t.Fatalf("Prometheus has the rules %v", data)
	}
	for _, rule := range data.Groups[0].Rules {
		if rule.Health != "ok" || rule.LastError != "" {
			p.t.Errorf("the alert %s can't be evaluated: %s", rule.Name, rule.LastError)
		}
		if rule.State != "inactive" {
			p.t.Logf("the alert %s is %s", rule.Name, rule.State)
		}
	}
}
