package findings

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

// RatesContest is the contest whose rows are a table of their own.
const RatesContest = "rates"

// Measured returns the machine and all ratios, for docs/performance.md; "" for none.
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

// Rates returns what was measured at fixed rates, for docs/performance.md; "" for nothing.
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

// Goals returns each row that has something to reach, for the page of the lab; "" for none.
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

// only returns the report of the rows that are chosen.
func (r *Report) only(chosen func(score.Row) bool) *Report {
	rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row score.Row) bool { return !chosen(row) })
	return &Report{Machine: r.Machine, Rows: rows}
}

// machine returns a table of where, when and with what it was measured.
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

// Ends is what a document has after each part that is written.
const Ends = "<!-- end -->"

// Into writes each part of the report that a document has a place for, between a mark with the part's
// name and the next end. A part without rows leaves the document's own.
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
