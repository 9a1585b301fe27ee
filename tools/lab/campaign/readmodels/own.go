//go:build linux

package readmodels

import (
	"strings"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// ChainHolds checks the service's report on its hash chain. The chain must cover all events of the
// log, except the last events, which may still wait for a link (a row of the chain). The chain must
// show no change in the log.
func ChainHolds(e *evidence.Evidence, v *evidence.Verdict) {
	itself(e, v, "verify", func(r history.OwnReport) int64 { return r.About + r.Left })
}

// ReconciledToTheEnd checks what the service's subcommand that reconciles its projections has
// found. The comparison must reach the end of the log, and must find no difference.
func ReconciledToTheEnd(e *evidence.Evidence, v *evidence.Verdict) {
	itself(e, v, "reconciling of ", func(r history.OwnReport) int64 { return r.About })
}

func itself(e *evidence.Evidence, v *evidence.Verdict, verb string, reach func(history.OwnReport) int64) {
	for _, r := range e.History.Own {
		if !strings.HasPrefix(r.Verb, verb) {
			continue
		}
		v.Looked += int(r.About)
		if to := reach(r); to != int64(len(e.History.Log)) {
			v.Violated("%s knows positions up to %d of %d", r.Verb, to, len(e.History.Log))
		}
		for _, what := range r.Differs {
			v.Violated("%s: %s", r.Verb, what)
		}
	}
}

// ListedOnce checks that the subject's list of accounts contains each account of the subject
// exactly once, and nothing else.
func ListedOnce(e *evidence.Evidence, v *evidence.Verdict) {
	for id, times := range e.History.Listed {
		v.Looked++
		if stream := e.Streams[id]; len(stream) == 0 || stream[0].Subject != sample.Subject || times != 1 {
			v.Violated("account %s is listed %d times, and has %d events", id, times, len(stream))
		}
	}
	for id, stream := range e.Streams {
		if e.History.Listed[id] == 0 && stream[0].Subject == sample.Subject && sample.IsAccount(stream[0].Kind) {
			v.Violated("account %s is in no page of the list", id)
		}
	}
}
