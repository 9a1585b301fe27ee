package work

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/riverqueue/river"
)

type metrics struct {
	done *prometheus.CounterVec
	late *prometheus.HistogramVec
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	auto := promauto.With(registerer)
	return &metrics{
		done: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "workflow_jobs_total", Help: "Attempts of jobs of workflows by outcome: done, again (the log was not reached, or was contended), failed, or parked (the last attempt has failed).",
		}, []string{"workflow", "kind", "outcome"}),
		late: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "workflow_job_late_seconds", Help: "Time from when a job of a workflow was due to its first attempt.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"workflow", "kind"}),
	}
}

// counted returns a function that does a job and counts it.
func counted[T river.JobArgs](m *metrics, do func(ctx context.Context, job *river.Job[T]) error) func(ctx context.Context, job *river.Job[T]) error {
	return func(ctx context.Context, job *river.Job[T]) error {
		if job.Attempt == 1 && job.AttemptedAt != nil {
			m.late.WithLabelValues(job.Queue, job.Kind).Observe(max(0, job.AttemptedAt.Sub(job.ScheduledAt).Seconds()))
		}
		err := do(ctx, job)
		m.done.WithLabelValues(job.Queue, job.Kind, outcomeOf(err, job.Attempt >= job.MaxAttempts)).Inc()
		return err
	}
}

func outcomeOf(err error, last bool) string {
	var snoozed *river.JobSnoozeError
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &snoozed):
		return "again"
	case last:
		return "parked"
	}
	return "failed"
}
