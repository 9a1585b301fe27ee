package drive

import (
	"time"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
)

// result returns the summary of the run's measurements.
func (r *run) result() *measure.Result {
	all := r.recorder.Merge()
	end := time.Now() // earlier than the field until if the run was ended early, and later if the last answers were slow
	if r.window.until.Before(end) {
		end = r.window.until
	}
	if r.plan.Duration == 0 && !all.Last.IsZero() {
		end = all.Last
	}
	result := &measure.Result{
		Name: r.plan.Name, URLs: r.plan.URLs, Clients: r.plan.Clients, Rate: r.plan.Rate, Started: r.window.from,
		Seconds: max(0, end.Sub(r.window.from).Seconds()),
	}
	result.Parts = all.Parts(result.Seconds)
	if r.plan.Rate > 0 {
		result.Schedule = r.late.Schedule()
	}
	return result
}
