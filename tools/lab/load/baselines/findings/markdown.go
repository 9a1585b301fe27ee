package findings

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

// RatesContest is the name of the benchmark whose rows go into a separate table.
const RatesContest = "rates"

// Measured returns Markdown for docs/performance.md: a description of the machine, and a table of
// all ratios. Measured returns "" if the report has no ratios.
func (r *Report) Measured() string {
	of := r.only(func(row score.Row) bool { return row.Contest != RatesContest })
	if len(of.Rows) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString(of.machine())
	out.WriteString("\n| | measured | min – max | of | `-only` |\n|---|---|---|---|---|\n")
	for _, row := range of.Rows {
		fmt.Fprintf(&out, "| %s | **%s** | %s | %s | `%s` |\n", row.Title, row.WithUnit(), row.Value.Ends(), row.Details(), row.Contest)
	}
	return out.String()
}

// Rates returns Markdown for docs/performance.md: a description of the machine, and the
// measurements at fixed rates. Rates returns "" if the report has no such measurements.
func (r *Report) Rates() string {
	of := r.only(func(row score.Row) bool { return row.Contest == RatesContest })
	rows := of.Rows
	if len(rows) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString(of.machine() + "\n| asked for |")
	for _, figure := range rows[0].Figures {
		out.WriteString(" " + figure.Name + " |")
	}
	out.WriteString("\n|---|" + strings.Repeat("---|", len(rows[0].Figures)) + "\n")
	for _, row := range rows {
		out.WriteString("| " + row.Title + " |")
		for _, figure := range row.Figures {
			out.WriteString(" **" + report.Number(figure.Value.Median) + figure.Unit + "** " + inBrackets(figure.Value.Ends()) + "|")
		}
		out.WriteString("\n")
	}
	return out.String()
}

// Goals returns Markdown for the README in tools/lab/load: the rows that have a goal. Goals returns
// "" if no row has a goal.
func (r *Report) Goals() string {
	of := r.only(func(row score.Row) bool { return row.Reach != (score.Goal{}) })
	if len(of.Rows) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("| | to reach | measured | min – max | `-only` |\n|---|---|---|---|---|\n")
	for _, row := range of.Rows {
		fmt.Fprintf(&out, "| %s | %s | **%s** | %s | `%s` |\n", row.Title, row.Reach, row.WithUnit(), row.Value.Ends(), row.Contest)
	}
	return out.String() + "\nMeasured " + of.days() + ".\n"
}

// only reduces the report to the rows for which the function chosen returns true.
func (r *Report) only(chosen func(score.Row) bool) *Report {
	rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row score.Row) bool { return !chosen(row) })
	return &Report{Machine: r.Machine, Rows: rows}
}

// machine returns a Markdown table with the date, the machine and the settings of the measurements.
func (r *Report) machine() string {
	m := r.Machine
	return fmt.Sprintf("| Measured | %s |\n|---|---|\n| Machine | %s, %d cores, %s, %s |\n| PostgreSQL | %s, `%s` |\n| Programs | %s, `%s` |\n| Turns | %d rounds; a turn takes %g s after its warm-up; %s accounts |\n",
		r.days(), m.CPU, m.Cores, memory(m.Memory), m.System, m.Postgres, strings.Join(m.Settings, " "), m.Go,
		strings.Join(m.Programs, " "), m.Rounds, m.Seconds, report.Count(int64(m.Accounts)))
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ") "
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

// Ends is the text that marks the end of each generated part of a document.
const Ends = "<!-- end -->"

// Into replaces the generated parts of a document with parts of the report. A generated part is the
// text between a marker that names the part and the end marker. If the report has no rows for a
// part, Into leaves that part unchanged. Into fails if the document has no marker.
func (r *Report) Into(document string) (string, error) {
	written := false
	for begins, part := range map[string]func() string{
		"<!-- measured -->\n": r.Measured, "<!-- measured rates -->\n": r.Rates, "<!-- measured goals -->\n": r.Goals,
	} {
		before, rest, begun := strings.Cut(document, begins)
		_, after, ended := strings.Cut(rest, Ends)
		if !begun {
			continue
		}
		if !ended {
			return "", fmt.Errorf("the document has no %q after %q", Ends, strings.TrimSpace(begins))
		}
		if written = true; part() != "" {
			document = before + begins + part() + Ends + after
		}
	}
	if !written {
		return "", fmt.Errorf("the document has no place for a report: a mark like <!-- measured --> with a later %q", Ends)
	}
	return document, nil
}
