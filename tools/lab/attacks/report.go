//go:build linux

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// limits are what another client may notice of an attack.
type limits struct {
	answered float64       // share of its requests, at least
	factor   float64       // times its quiet p99, at most,
	floor    time.Duration // or this, if that is more
}

var (
	strict   = limits{0.999, 5, 250 * time.Millisecond}
	generous = limits{0.9, 20, 4 * time.Second} // finds what stops others, not what slows them
)

// row is what another client noticed of an attack.
type row struct {
	attack        attack
	quiet, beside measured
	sent          tally
}

// wrong says what is over the limits.
func (r row) wrong(most limits) (found []string) {
	if answered := r.beside.answered(); answered < most.answered {
		found = append(found, fmt.Sprintf("%.2f %% of the other's requests were answered, want %g %%: %s", 100*answered, 100*most.answered, counts(r.beside.failures())))
	}
	for _, kind := range []struct {
		name          string
		quiet, beside part
	}{{"reads", r.quiet.reads, r.beside.reads}, {"writes", r.quiet.writes, r.beside.writes}} {
		limit := max(most.floor, time.Duration(most.factor*float64(kind.quiet.p99())))
		if p99 := kind.beside.p99(); p99 > limit {
			found = append(found, fmt.Sprintf("p99 of the other's %s is %s, over %s", kind.name, millis(p99), millis(limit)))
		}
	}
	if r.sent.total() == 0 {
		found = append(found, "there was no attack")
	}
	return found
}

// line is the row for who waits for the table.
func (r row) line() string {
	return fmt.Sprintf("%-18s %7.3f %% answered (not: %s); p99 of reads %s (quiet %s), of writes %s (quiet %s); the attacker: %s", r.attack.name, 100*r.beside.answered(), counts(r.beside.failures()),
		millis(r.beside.reads.p99()), millis(r.quiet.reads.p99()), millis(r.beside.writes.p99()), millis(r.quiet.writes.p99()), counts(r.sent))
}

// table shows the rows in Markdown.
func table(rows []row) string {
	var out strings.Builder
	out.WriteString("| Attack of one client | Another's requests answered | p99 of its reads, quiet | beside it | p99 of its writes, quiet | beside it | The attacker got |\n|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&out, "| `%s`: %s | %d of %d | %s | %s | %s | %s | %s |\n", r.attack.name, r.attack.does, r.beside.good(), r.beside.all(),
			millis(r.quiet.reads.p99()), millis(r.beside.reads.p99()), millis(r.quiet.writes.p99()), millis(r.beside.writes.p99()), counts(r.sent))
	}
	return out.String()
}

func millis(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}

// tally counts what came of requests, by kind.
type tally map[string]int64

func (t tally) total() (total int64) {
	for _, count := range t {
		total += count
	}
	return total
}

func counts(t tally) string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(t)) {
		kinds = append(kinds, fmt.Sprintf("%s × %d", kind, t[kind]))
	}
	if len(kinds) == 0 {
		return "nothing"
	}
	return strings.Join(kinds, ", ")
}
