//go:build linux

package checks

import (
	"net/http"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/hits"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// parkedReads checks the answers to queries about parked streams. A projection parks a stream if it
// can't apply one of the stream's events. The API must answer in time that the stream is parked.
// There are two exceptions. A process that has a fault need not answer. A process that reads from
// the standby may answer that the standby has not reached the position.
func parkedReads(e *evidence.Evidence, v *evidence.Verdict) {
	of := hits.Of(e.History.Spans)
	for _, r := range e.History.Parked {
		excused := r.Process == sample.Programs-1 || hits.IsHit(of[r.Process], answers.Call{Sent: r.Sent, Done: r.Done}) || e.History.LateAt(r.Sent, r.Done) > hits.Settle
		switch {
		case !r.Still:
		case r.Status == http.StatusServiceUnavailable && r.Code == "read_model_parked":
			v.Looked++
		case r.Status >= 200 && r.Status < 500:
			v.Looked++
			v.Violated("API %d was asked at %v for a parked account as of where it is parked, and answered %s", r.Process, r.Sent, answers.AnswerOf(r.Status, r.Code))
		case !excused && (r.Code == "position_not_reached" || r.Status == 0 && r.Done-r.Sent >= answers.QueryFor):
			v.Looked++
			v.Violated("API %d was asked at %v for a parked account, and after %v there was %s", r.Process, r.Sent, r.Done-r.Sent, answers.AnswerOf(r.Status, r.Code))
		}
	}
}
