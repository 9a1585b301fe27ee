//go:build linux

package tokens

import (
	"net/http"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/hits"
)

const (
	KeysKnownIn = 5 * time.Second  // time from the publication of a key until every API accepts its tokens
	forgetsIn   = 30 * time.Second // time in which a process that was told to end has ended
)

// Check checks which tokens the API processes accepted. While the issuer is reachable, every
// process must accept a token whose key has been published for a while. While the issuer is away,
// each process must accept a token whose key the process knows. No process may accept any other
// token.
func Check(e *evidence.Evidence, v *evidence.Verdict) {
	known := firstTaken(e)
	for _, c := range e.History.Calls {
		if c.Status == 0 || c.Token == 0 {
			continue
		}
		if v.Looked++; c.Status != http.StatusUnauthorized && c.Code != "issuer_unavailable" {
			continue
		}
		away := awayDuring(e, c)
		switch {
		case c.Status == http.StatusUnauthorized && away == nil && isValidToken(e, c):
			v.Violated("API %d was sent a token by key %d at %v, which was published at %v, and refused it", c.Process, c.Token, c.Sent, e.History.Issued[c.Token-1])
		case away != nil && knewBefore(e, known, c, *away):
			v.Violated("API %d had taken a token by key %d, and did not at %v, while the issuer was away: %s", c.Process, c.Token, c.Sent, answers.AnswerOf(c.Status, c.Code))
		}
	}
	for _, i := range e.History.Intrusions {
		if i.Status < 400 || i.Status == http.StatusNotFound {
			v.Violated("API %d took a token by a key that the issuer never had, and answered %d", i.Process, i.Status)
		}
	}
}

// isValidToken reports whether the API had to accept the token of a call. It had to if three
// conditions were met: the issuer had published the token's key some seconds before the call was
// sent; the issuer had not withdrawn the key when the call was answered; and the machine was not
// late meanwhile.
func isValidToken(e *evidence.Evidence, c answers.Call) bool {
	return !isWithdrawn(e, c) && e.History.Issued[c.Token-1]+KeysKnownIn <= c.Sent && e.History.LateAt(c.Sent-KeysKnownIn, c.Done) <= hits.Settle
}

// isWithdrawn reports whether the issuer had withdrawn the key of a call's token when the call was
// answered. The issuer withdraws a key when it publishes the second key after that key. A process
// that has read the published keys since then has forgotten the withdrawn key.
func isWithdrawn(e *evidence.Evidence, c answers.Call) bool {
	return len(e.History.Issued) > c.Token+1 && e.History.Issued[c.Token+1] <= c.Done
}

// awayDuring returns the fault that made the issuer unreachable during a call or shortly before.
// awayDuring returns nil if there was no such fault.
func awayDuring(e *evidence.Evidence, c answers.Call) *history.Span {
	for n, s := range e.History.Spans {
		if s.Kind == "issuer-away" && s.From <= c.Done && s.To+KeysKnownIn >= c.Sent {
			return &e.History.Spans[n]
		}
	}
	return nil
}

// taking identifies a process and a key: the process has accepted tokens that the key signed.
type taking struct{ process, token int }

// firstTaken returns, for each process and each key, the times at which the process accepted a
// token that the key signed. The times are in order.
func firstTaken(e *evidence.Evidence) map[taking][]time.Duration {
	all := make(map[taking][]time.Duration)
	for _, c := range e.History.Calls {
		if c.Status >= 200 && c.Status < 500 && c.Status != http.StatusUnauthorized {
			at := taking{c.Process, c.Token}
			all[at] = append(all[at], c.Done)
		}
	}
	for _, times := range all {
		slices.Sort(times)
	}
	return all
}

// knewBefore reports whether a process must know the key of a call's token. Four conditions must
// hold. The process accepted a token with that key before the issuer went away, and the process has
// not restarted since. The key was not withdrawn, and the issuer was away during the whole call.
func knewBefore(e *evidence.Evidence, known map[taking][]time.Duration, c answers.Call, away history.Span) bool {
	if c.Sent < away.From || c.Done > away.To || isWithdrawn(e, c) {
		return false
	}
	times := known[taking{c.Process, c.Token}]
	n, _ := slices.BinarySearch(times, away.From)
	if n == 0 {
		return false
	}
	taken := times[n-1]
	return !slices.ContainsFunc(e.History.Spans, func(s history.Span) bool { // a restarted process has forgotten the key
		return (ends(s.Kind) && s.Process == c.Process || s.Kind == "rolling-restart") && s.To+forgetsIn >= taken && s.From <= c.Done
	})
}

func ends(kind string) bool { return kind == "kill-api" || kind == "end-api" }
