//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// ownReport is what a verb of cmd/ops says of the log, or of what was made of it.
type ownReport struct {
	verb    string
	about   int64 // positions that it has compared, from the first one
	left    int64 // positions that it could not say anything of
	differs []string
}

// linkedWithin is how long a linker that was interrupted may need. By a clock that was set forward, an event of
// just now has waited for its link for an hour, which the service calls a finding.
const linkedWithin = 30 * time.Second

// askItself has the service prove itself: its chain over the whole log, and what each
// projection was given.
func (w *world) askItself(ctx context.Context) ([]ownReport, error) {
	var chained struct {
		Head     struct{ Position int64 }
		Unlinked int64
		Findings []struct {
			Position int64
			What     string
		}
	}
	said, err := w.verb(ctx, "chain verify", &chained)
	for until := time.Now().Add(linkedWithin); err == nil && chained.Unlinked > 0 && time.Now().Before(until); {
		said, err = w.verb(ctx, "chain verify", &chained)
	}
	if err != nil {
		return nil, err
	}
	chain := ownReport{verb: "verify", about: chained.Head.Position, left: chained.Unlinked}
	for _, f := range chained.Findings {
		chain.differs = append(chain.differs, fmt.Sprintf("position %d: %s", f.Position, f.What))
	}
	if said != nil && len(chain.differs) == 0 {
		return nil, said
	}
	var reconciled []struct {
		Projection    string
		ReconciledTo  int64 `json:"reconciled_to"`
		Differences   []struct{ First, Last, Missing int64 }
		NotReconciled []struct{ First, Last int64 } `json:"not_reconciled"`
	}
	if said, err = w.verb(ctx, "projections reconcile", &reconciled); err != nil {
		return nil, err
	}
	reports := []ownReport{chain}
	for _, a := range reconciled {
		r := ownReport{verb: "reconciling of " + a.Projection, about: a.ReconciledTo}
		for _, d := range a.Differences {
			r.differs = append(r.differs, fmt.Sprintf("positions %d to %d: %d are missing", d.First, d.Last, d.Missing))
		}
		for _, span := range a.NotReconciled {
			r.left += span.Last - span.First + 1
		}
		if len(r.differs) > 0 {
			said = nil // this is why it ended with an error
		}
		reports = append(reports, r)
	}
	return reports, said
}

// verb runs one of the operator's verbs on the primary, and reads its JSON. What it ended
// with is for the caller to judge, who knows what it says.
func (w *world) verb(ctx context.Context, name string, into any) (ended, err error) {
	command := w.program("ops", w.operator(), append(strings.Fields(name), "-json")...)
	var out, log strings.Builder
	command.Stdout, command.Stderr = &out, &log
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("ops %s: %w", name, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	defer stop()
	if ended = command.Wait(); ended != nil {
		ended = fmt.Errorf("ops %s: %w: %s", name, ended, strings.TrimSpace(log.String()))
	}
	if err := json.Unmarshal([]byte(out.String()), into); err != nil {
		return nil, fmt.Errorf("ops %s says no JSON: %w: %w: %s", name, err, ended, log.String())
	}
	return ended, nil
}

// chainHolds sees that the service's chain covers the log to its end, or will, and that it
// finds nothing in it that was changed.
func chainHolds(e *evidence, v *verdict) {
	e.itself(v, "verify", func(r ownReport) int64 { return r.about + r.left })
}

// reconciledToTheEnd compares what the service says of its read models with the log's length.
func reconciledToTheEnd(e *evidence, v *verdict) {
	e.itself(v, "reconciling of ", func(r ownReport) int64 { return r.about })
}

func (e *evidence) itself(v *verdict, verb string, reach func(ownReport) int64) {
	for _, r := range e.own {
		if !strings.HasPrefix(r.verb, verb) {
			continue
		}
		v.Looked += int(r.about)
		if to := reach(r); to != int64(len(e.log)) {
			v.violated("%s knows positions up to %d of %d", r.verb, to, len(e.log))
		}
		for _, what := range r.differs {
			v.violated("%s: %s", r.verb, what)
		}
	}
}

// listedOnce sees that the whole list has each account once, and no other.
func listedOnce(e *evidence, v *verdict) {
	for id, times := range e.listed {
		v.Looked++
		if len(e.streams[id]) == 0 || times != 1 {
			v.violated("account %s is listed %d times, and has %d events", id, times, len(e.streams[id]))
		}
	}
	for id, stream := range e.streams {
		if e.listed[id] == 0 && !isPerson(stream[0].kind) {
			v.violated("account %s is in no page of the list", id)
		}
	}
}
