package chain_test

import (
	"slices"
	"testing"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/chain/verify"
	"example.com/pgcqrs/engine/enginetest/rig"
)

// Each link of the chain is a hash over some events of the log. If an event has no link long after
// it was recorded, the verifier reports an error. Without this error, nobody would notice that
// somebody has deleted the last links: the rest of the chain is valid.
func TestAChainThatEndsBeforeTheLogIsFound(t *testing.T) {
	t.Parallel()
	const old = `UPDATE events SET recorded_at = recorded_at - interval '2 minutes'`
	for name, test := range map[string]struct {
		change []string
		late   bool
		at     []int64
	}{
		"all links are gone":                      {change: []string{old, `DELETE FROM chain_links`}, at: []int64{1}},
		"the last link is gone":                   {change: []string{old + ` WHERE position > 200`, `DELETE FROM chain_links WHERE position = 300`}, at: []int64{201}},
		"nobody adds links":                       {change: []string{old + ` WHERE position > 300`}, at: []int64{301}},
		"nobody adds links, and that is in order": {change: []string{old + ` WHERE position > 300`}, late: true},
		"what is not linked is new":               {change: []string{old + ` WHERE position > 1000`}},
		"all links are gone, and all is new":      {change: []string{`DELETE FROM chain_links`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, owner := chained(t)
			tamper(t, owner, test.change...)
			scope := verify.Scope{}
			if test.late {
				scope.Late = 3 * verify.Late
			}
			var found []int64
			for _, finding := range look(t, owner, scope).Findings {
				found = append(found, finding.Position)
			}
			if !slices.Equal(found, test.at) {
				t.Errorf("found %v, want %v", found, test.at)
			}
		})
	}
}

// The verifier can start at an earlier hash of the chain that was stored outside of the database.
// The verifier then finds changes of events after that hash, and reports the position at which it
// started. If the chain does not contain that hash, the verifier reports an error.
func TestFromAnEarlierHeadOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change string
		since  int64
		at     []int64
	}{
		"nothing":                 {`SELECT 1`, 200, nil},
		"an event after the head": {`UPDATE events SET data = '{}' WHERE position = 250`, 200, []int64{250}},
		"one before it":           {`UPDATE events SET data = '{}' WHERE position = 150`, 200, nil}, // Report.Since contains the position
		"its link is another":     {`UPDATE chain_links SET hash = sha256('x') WHERE position = 200`, 0, []int64{200}},
		"its link is gone":        {`DELETE FROM chain_links WHERE position = 200`, 0, []int64{200}},
		"links after it are gone": {`DELETE FROM chain_links WHERE position > 100`, 0, []int64{200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, owner := chained(t)
			head := chain.Head{Position: 200, Hash: rig.One[[]byte](t, owner, `SELECT hash FROM chain_links WHERE position = 200`)}
			tamper(t, owner, test.change)
			report := look(t, owner, verify.Scope{Kept: &head, Since: true})
			var found []int64
			for _, finding := range report.Findings {
				found = append(found, finding.Position)
			}
			if !slices.Equal(found, test.at) || report.Since != test.since || test.at == nil && report.Head.Position != 300 {
				t.Errorf("got %+v, want findings at %v", report, test.at)
			}
		})
	}
}
