//go:build linux

package prove

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/operate"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// sealedWithin is how long a sealer that was interrupted may need. By a clock that was set forward, an event of
// just now has waited for its seal for an hour, which the service calls a finding.
const sealedWithin = 30 * time.Second

// Ask has the service prove itself: its seals of the whole log, and what each
// projection was given.
func Ask(ctx context.Context, w *world.World) ([]history.OwnReport, error) {
	var sealed struct {
		Head     struct{ Position int64 }
		Unsealed int64
		Findings []struct {
			Position int64
			What     string
		}
	}
	said, err := operate.Verb(ctx, w, "chain verify", &sealed)
	for until := time.Now().Add(sealedWithin); err == nil && sealed.Unsealed > 0 && time.Now().Before(until); {
		said, err = operate.Verb(ctx, w, "chain verify", &sealed)
	}
	if err != nil {
		return nil, err
	}
	chain := history.OwnReport{Verb: "verify", About: sealed.Head.Position, Left: sealed.Unsealed}
	for _, f := range sealed.Findings {
		chain.Differs = append(chain.Differs, fmt.Sprintf("position %d: %s", f.Position, f.What))
	}
	if said != nil && len(chain.Differs) == 0 {
		return nil, said
	}
	var audited []struct {
		Projection  string
		AuditedTo   int64 `json:"audited_to"`
		Differences []struct{ First, Last, Missing int64 }
		NotAudited  []struct{ First, Last int64 } `json:"not_audited"`
	}
	if said, err = operate.Verb(ctx, w, "projections reconcile", &audited); err != nil {
		return nil, err
	}
	reports := []history.OwnReport{chain}
	for _, a := range audited {
		r := history.OwnReport{Verb: "audit of " + a.Projection, About: a.AuditedTo}
		for _, d := range a.Differences {
			r.Differs = append(r.Differs, fmt.Sprintf("positions %d to %d: %d are missing", d.First, d.Last, d.Missing))
		}
		for _, span := range a.NotAudited {
			r.Left += span.Last - span.First + 1
		}
		if len(r.Differs) > 0 {
			said = nil // this is why it ended with an error
		}
		reports = append(reports, r)
	}
	return reports, said
}
