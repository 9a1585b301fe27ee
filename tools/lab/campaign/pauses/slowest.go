//go:build linux

package pauses

import (
	"time"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/hits"
)

// Slow is the slowest command in an API process without a fault, while PostgreSQL and its required
// standby answered. SlowestCommand says how this time is measured.
type Slow struct {
	Longest time.Duration `json:"nanoseconds"`
	At      time.Duration `json:"at_nanoseconds"`
	Process int           `json:"process"`
	Kind    string        `json:"command"`
	Looked  int           `json:"commands_looked_at"`
	During  []string      `json:"during"` // faults of other processes while the command was executed
	Late    time.Duration `json:"campaign_late_nanoseconds"`
}

// SlowestCommand measures each command from its first call to a process without a fault. The
// measurement ends with the final answer, or with the last answer before the command is sent to a
// process with a fault.
func SlowestCommand(e *evidence.Evidence) (found Slow) {
	of := hits.Of(e.History.Spans)
	for _, calls := range e.ByKey {
		begun := time.Duration(-1)
		for _, c := range calls {
			if hits.IsHit(of[c.Process], c) {
				begun = -1
				continue
			}
			if begun < 0 {
				begun = c.Sent
				found.Looked++
			}
			if took := c.Done - begun; took > found.Longest {
				found.Longest, found.At, found.Process, found.Kind = took, begun, c.Process, c.Command.Kind
			}
			if !c.ComesAgain() {
				begun = -1
			}
		}
	}
	found.During = hits.During(e.History.Spans, found.At, found.At+found.Longest)
	found.Late = e.History.LateAt(found.At, found.At+found.Longest)
	return found
}
