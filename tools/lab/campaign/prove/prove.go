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

// linkedWithin is the longest time for which Ask waits until every event has a link in the hash
// chain. The linker may have been interrupted. The service reports an event that has had no link
// for more than an hour. If a clock was set forward, a new event may seem to be so old.
const linkedWithin = 30 * time.Second

// Ask runs the two verifications that the service itself provides. The first verification compares
// the whole log with the hash chain. The second verification checks that each projection was given
// every event of the log.
func Ask(ctx context.Context, w *world.World) ([]history.OwnReport, error) {
	var chained struct {
		Head     struct{ Position int64 }
		Unlinked int64
		Findings []struct {
			Position int64
			What     string
		}
	}
	said, err := operate.Verb(ctx, w, "chain verify", &chained)
	for until := time.Now().Add(linkedWithin); err == nil && chained.Unlinked > 0 && time.Now().Before(until); {
		said, err = operate.Verb(ctx, w, "chain verify", &chained)
	}
	if err != nil {
		return nil, err
	}
	chain := history.OwnReport{Verb: "verify", About: chained.Head.Position, Left: chained.Unlinked}
	for _, f := range chained.Findings {
		chain.Differs = append(chain.Differs, fmt.Sprintf("position %d: %s", f.Position, f.What))
	}
	if said != nil && len(chain.Differs) == 0 {
		return nil, said
	}
	var reconciled []struct {
		Projection    string
		ReconciledTo  int64 `json:"reconciled_to"`
		Differences   []struct{ First, Last, Missing int64 }
		NotReconciled []struct{ First, Last int64 } `json:"not_reconciled"`
	}
	if said, err = operate.Verb(ctx, w, "projections reconcile", &reconciled); err != nil {
		return nil, err
	}
	reports := []history.OwnReport{chain}
	for _, a := range reconciled {
		r := history.OwnReport{Verb: "reconciling of " + a.Projection, About: a.ReconciledTo}
		for _, d := range a.Differences {
			r.Differs = append(r.Differs, fmt.Sprintf("positions %d to %d: %d are missing", d.First, d.Last, d.Missing))
		}
		for _, span := range a.NotReconciled {
			r.Left += span.Last - span.First + 1
		}
		if len(r.Differs) > 0 {
			said = nil // the findings explain the error of the subcommand
		}
		reports = append(reports, r)
	}
	return reports, said
}
