package findings

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/report"
)

func Sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func (r *Report) Subtitle() string {
	return fmt.Sprintf("%s · %d cores shared by the service, PostgreSQL %s and the generator · %s", r.Machine.CPU, r.Machine.Cores, r.Machine.Postgres, r.days())
}

func (r *Report) Bars() (bars []report.Bar) {
	for _, row := range r.Rows {
		if row.Reach != (score.Goal{}) {
			bars = append(bars, report.Bar{
				Name: row.Title, Value: row.WithUnit(), Goal: row.Reach.String(),
				Share: row.Reach.Share(row.Value.Median), From: row.Reach.Share(row.Value.Min), To: row.Reach.Share(row.Value.Max),
			})
		}
	}
	return bars
}

// bySide groups the measurements of a benchmark by contestant (a program or configuration that the
// benchmark compares). The result order lists the contestants in the order of their first
// measurement.
func bySide(turns []Turn) (sides map[string][]*measure.Result, order []string) {
	sides = map[string][]*measure.Result{}
	for _, turn := range turns {
		if sides[turn.Side] == nil {
			order = append(order, turn.Side)
		}
		sides[turn.Side] = append(sides[turn.Side], turn.Result)
	}
	return sides, order
}

// Thinned reduces the size of the report. For each contestant (a program or configuration), Thinned
// keeps the curves of the measurement with the median rate, because a picture shows these curves.
// Thinned removes the curves of all other measurements.
func Thinned(turns []Turn) []Turn {
	sides, _ := bySide(turns)
	for _, results := range sides {
		middle := middleOf(results)
		for _, result := range results {
			for i := range result.Parts {
				if result != middle {
					result.Parts[i].Curve, result.Parts[i].Timeline = nil, nil
				}
			}
		}
	}
	return turns
}

// mostLines is the number of lines that a picture can show clearly.
const mostLines = 6

// Lines returns the lines of a benchmark's picture. For each contestant (a program or
// configuration), Lines uses the measurement with the median rate. First comes the first part (kind
// of request) of each contestant, then the second part of each contestant, and so on. Lines returns
// at most mostLines lines.
func (r *Report) Lines(contest string) (lines []report.Line) {
	sides, order := bySide(slices.DeleteFunc(slices.Clone(r.Turns), func(t Turn) bool { return t.Contest != contest }))
	for i := 0; len(order) > 0 && (i+1)*len(order) <= mostLines; i++ {
		for _, name := range order {
			middle := middleOf(sides[name])
			if i >= len(middle.Parts) {
				continue
			}
			part := middle.Parts[i]
			if len(middle.Parts) > 1 {
				name += ": " + part.Name
			}
			lines = append(lines, report.Line{Name: name, Part: part})
		}
	}
	return lines
}

func middleOf(results []*measure.Result) *measure.Result {
	rates := make([]float64, len(results))
	for i, result := range results {
		rates[i] = result.Parts[0].PerSecond
	}
	wanted := score.SpreadOf(rates).Median
	middle := results[0]
	for i, result := range results {
		if distance(rates[i], wanted) < distance(middle.Parts[0].PerSecond, wanted) {
			middle = result
		}
	}
	return middle
}

func distance(a, b float64) float64 { return max(a-b, b-a) }
