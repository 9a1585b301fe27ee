//go:build linux

package report

import (
	"errors"
	"fmt"
	"time"

	"example.com/pgcqrs/tools/lab/attacks/catalog"
	"example.com/pgcqrs/tools/lab/attacks/traffic"
	"example.com/pgcqrs/tools/lab/attacks/victim"
)

var errStopped = errors.New("an attack stopped others")

// Limits says how large the effect of an attack on another client may be.
type Limits struct {
	answered float64       // smallest share of requests that must be answered
	factor   float64       // largest p99, as a multiple of the p99 without an attack,
	floor    time.Duration // or this duration, if it is longer
}

var (
	Strict   = Limits{0.999, 5, 250 * time.Millisecond}
	Generous = Limits{0.9, 20, 4 * time.Second} // for a busy machine: these limits find attacks that stop other clients, but not attacks that only slow them
)

// Row contains the measured effect of one attack on another client.
type Row struct {
	Attack        catalog.Attack
	Quiet, Beside victim.Measured
	Sent          traffic.Tally
}

// Wrong returns a text for each measurement that is worse than its limit.
func (r Row) Wrong(most Limits) (found []string) {
	if answered := r.Beside.Answered(); answered < most.answered {
		found = append(found, fmt.Sprintf("%.2f %% of the other's requests were answered, want %g %%: %s", 100*answered, 100*most.answered, r.Beside.Failures()))
	}
	for _, kind := range []struct {
		name          string
		quiet, beside victim.Part
	}{{"reads", r.Quiet.Reads, r.Beside.Reads}, {"writes", r.Quiet.Writes, r.Beside.Writes}} {
		limit := max(most.floor, time.Duration(most.factor*float64(kind.quiet.P99())))
		if p99 := kind.beside.P99(); p99 > limit {
			found = append(found, fmt.Sprintf("p99 of the other's %s is %s, over %s", kind.name, millis(p99), millis(limit)))
		}
	}
	if r.Sent.Total() == 0 {
		found = append(found, "there was no attack")
	}
	return found
}

// Judge returns errStopped, with the reasons, if the effect of an attack on another client exceeds
// the limits. Otherwise Judge returns nil.
func Judge(rows []Row, most Limits) error {
	var wrong []error
	for _, r := range rows {
		for _, text := range r.Wrong(most) {
			wrong = append(wrong, fmt.Errorf("%w: %s: %s", errStopped, r.Attack.Name, text))
		}
	}
	return errors.Join(wrong...)
}

func millis(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}
