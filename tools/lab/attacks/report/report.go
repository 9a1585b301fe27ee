//go:build linux

package report

import (
	"fmt"
	"strings"
)

// Line returns the row as one line of text, for progress output before the table is complete.
func (r Row) Line() string {
	return fmt.Sprintf("%-18s %7.3f %% answered (not: %s); p99 of reads %s (quiet %s), of writes %s (quiet %s); the attacker: %s", r.Attack.Name, 100*r.Beside.Answered(), r.Beside.Failures(),
		millis(r.Beside.Reads.P99()), millis(r.Quiet.Reads.P99()), millis(r.Beside.Writes.P99()), millis(r.Quiet.Writes.P99()), r.Sent)
}

// Table returns the rows as a table in Markdown.
func Table(rows []Row) string {
	var out strings.Builder
	out.WriteString("| Attack of one client | Another's requests answered | p99 of its reads, quiet | beside it | p99 of its writes, quiet | beside it | The attacker got |\n|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&out, "| `%s`: %s | %d of %d | %s | %s | %s | %s | %s |\n", r.Attack.Name, r.Attack.Does, r.Beside.Good(), r.Beside.All(),
			millis(r.Quiet.Reads.P99()), millis(r.Beside.Reads.P99()), millis(r.Quiet.Writes.P99()), millis(r.Beside.Writes.P99()), r.Sent)
	}
	return out.String()
}
