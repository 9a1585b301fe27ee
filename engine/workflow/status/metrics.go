package status

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics has the gauges, which show for each workflow the values that were read last.
type metrics struct {
	gauges   []gauge
	orphaned *prometheus.GaugeVec
	orphans  []string // workflows of the last reading that are not in this program
}

type gauge struct {
	vec   *prometheus.GaugeVec
	value func(Lag) float64
}

func newMetrics(registerer prometheus.Registerer, names []string) *metrics {
	m, auto := &metrics{}, promauto.With(registerer)
	add := func(name, help string, value func(Lag) float64) {
		m.gauges = append(m.gauges, gauge{auto.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{"workflow"}), value})
	}
	add("workflow_lag_events", "Events in the log that the workflow has not reached.", func(l Lag) float64 { return float64(l.Status.LagEvents) })
	add("workflow_lag_seconds", "Age of the oldest event that the workflow has not reached.", func(l Lag) float64 { return l.Age.Seconds() })
	add("workflow_up", "1 while some process reacts to events for the workflow.", func(l Lag) float64 { return one(l.Status.Holder != nil) })
	add("workflow_stopped", "1 while the workflow is stopped because its checkpoint was ahead of the log.", func(l Lag) float64 { return one(l.Status.Ahead) })
	add("workflow_paused", "1 while the jobs of the workflow are paused.", func(l Lag) float64 { return one(l.Status.PausedAt != nil) })
	add("workflow_late_seconds", "Time since the oldest job of the workflow was due that has not begun.", func(l Lag) float64 { return l.Status.Late })
	add("workflow_due_jobs", "Jobs of the workflow that are due and have not begun. At most 1,000 are counted.", func(l Lag) float64 { return float64(l.Status.Due) })
	add("workflow_running_jobs", "Jobs of the workflow that are being done.", func(l Lag) float64 { return float64(l.Status.Running) })
	add("workflow_retryable_jobs", "Jobs of the workflow that have failed, and wait for the next attempt. At most 1,000 are counted.", func(l Lag) float64 { return float64(l.Status.Retryable) })
	add("workflow_parked_jobs", "Jobs of the workflow that have failed too often, and wait for an operator. At most 1,000 are counted.", func(l Lag) float64 { return float64(l.Status.ParkedJobs) })
	add("workflow_parked_instances", "Instances of the workflow that could not react to an event, and wait for an operator. At most 1,000 are counted.", func(l Lag) float64 { return float64(l.Status.Parked) })
	add("workflow_open_instances", "Instances of the workflow that have not ended. At most 1,000 are counted.", func(l Lag) float64 { return float64(l.Status.Open) })
	add("workflow_idle_seconds", "Time since the last event of that instance which has had none for longest, among those that are open and not parked.", func(l Lag) float64 { return l.Status.Idle })
	m.orphaned = auto.NewGaugeVec(prometheus.GaugeOpts{
		Name: "workflow_orphaned", Help: "1 for each workflow that has open instances or waiting jobs and is not in this program, and 0 for those of this program.",
	}, []string{"workflow"})
	for _, name := range names {
		m.orphaned.WithLabelValues(name).Set(0)
	}
	return m
}

// some is the number at which a Watch stops each of its counts, for example the count of open
// instances.
const some = 1000

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// set sets the gauges of a workflow.
func (m *metrics) set(l Lag) {
	for _, g := range m.gauges {
		g.vec.WithLabelValues(l.Status.Workflow).Set(g.value(l))
	}
}

// setOrphans sets the gauge of the workflows that are not in this program.
func (m *metrics) setOrphans(names []string) {
	for _, name := range m.orphans {
		if !slices.Contains(names, name) {
			m.orphaned.DeleteLabelValues(name)
		}
	}
	for _, name := range names {
		m.orphaned.WithLabelValues(name).Set(1)
	}
	m.orphans = names
}
