package findings

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

// Markdown returns the report for docs/performance.md: the machine, and a table.
func (r *Report) Markdown() string {
	var out strings.Builder
	m := r.Machine
	fmt.Fprintf(&out, "%s, %d cores, %s, %s. PostgreSQL %s (`%s`), %s. Programs: `%s`. %d rounds; a turn takes %g s after its warm-up; %s accounts.\n\n",
		m.CPU, m.Cores, memory(m.Memory), m.System, m.Postgres, strings.Join(m.Settings, " "), m.Go,
		strings.Join(m.Programs, " "), m.Rounds, m.Seconds, report.Count(int64(m.Accounts)))
	out.WriteString("| | to reach | measured | min – max | of | `-only` |\n|---|---|---|---|---|---|\n")
	for _, row := range r.Rows {
		value := row.WithUnit()
		if row.Reach != (score.Goal{}) {
			value = "**" + value + "**"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | `%s` |\n", row.Title, row.Reach, value, row.Value.Ends(), row.Details(), row.Contest)
	}
	fmt.Fprintf(&out, "\nMeasured %s.\n", r.days())
	return out.String()
}

func memory(kilobytes string) string {
	var kb float64
	if _, err := fmt.Sscanf(kilobytes, "%g kB", &kb); err != nil {
		return kilobytes
	}
	return fmt.Sprintf("%.0f GB", kb/1e6)
}

func (r *Report) days() string {
	var days []string
	for _, row := range r.Rows {
		days = append(days, row.Measured.Format("2006-01-02"))
	}
	slices.Sort(days)
	if len(days) == 0 {
		return "never"
	}
	if first, last := days[0], days[len(days)-1]; first != last {
		return first + " to " + last
	}
	return days[0]
}

// The markers around the report in a document.
const (
	Begins = "<!-- measured -->\n"
	Ends   = "<!-- end -->"
)

// Into puts the report between a document's markers.
func (r *Report) Into(document string) (string, error) {
	before, rest, begun := strings.Cut(document, Begins)
	_, after, ended := strings.Cut(rest, Ends)
	if !begun || !ended {
		return "", fmt.Errorf("the document has no %q with a later %q", strings.TrimSpace(Begins), Ends)
	}
	return before + Begins + r.Markdown() + Ends + after, nil
}
