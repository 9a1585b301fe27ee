package baselines

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// Pictures are SVGs by file name: the ratios, and what each contest's sides had.
func (r *Report) Pictures() (map[string]string, error) {
	pictures := map[string]string{}
	var err error
	if pictures["ratios.svg"], err = report.Bars("How much of what is to be reached", r.subtitle(), r.bars()); err != nil {
		return nil, err
	}
	for _, c := range contests {
		lines := r.lines(c.name)
		if len(lines) == 0 {
			continue
		}
		if pictures[c.name+".svg"], err = report.Curves(sentence(c.does), r.subtitle(), lines); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func (r *Report) subtitle() string {
	return fmt.Sprintf("%s · %d cores shared by the service, PostgreSQL %s and the generator · %s", r.Machine.CPU, r.Machine.Cores, r.Machine.Postgres, r.days())
}

func (r *Report) bars() (bars []report.Bar) {
	for _, row := range r.Rows {
		if row.Reach != (Goal{}) {
			bars = append(bars, report.Bar{
				Name: row.Title, Value: row.value(), Goal: row.Reach.String(),
				Share: row.Reach.share(row.Value.Median), From: row.Reach.share(row.Value.Min), To: row.Reach.share(row.Value.Max),
			})
		}
	}
	return bars
}

// bySide are the loads of each side, and the sides in the order of their first turns.
func bySide(turns []Turn) (sides map[string][]*drive.Result, order []string) {
	sides = map[string][]*drive.Result{}
	for _, turn := range turns {
		if sides[turn.Side] == nil {
			order = append(order, turn.Side)
		}
		sides[turn.Side] = append(sides[turn.Side], turn.Result)
	}
	return sides, order
}

// thinned keeps the curves of the turns that a picture shows. All of them would be
// most of the report.
func thinned(turns []Turn) []Turn {
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

// mostLines is how many a picture can tell apart.
const mostLines = 6

// lines are one turn of each side, that with the middle rate: the first part of each,
// and the second of each if there is room, and so on.
func (r *Report) lines(contest string) (lines []report.Line) {
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

func middleOf(results []*drive.Result) *drive.Result {
	rates := make([]float64, len(results))
	for i, result := range results {
		rates[i] = result.Parts[0].PerSecond
	}
	wanted := spreadOf(rates).Median
	middle := results[0]
	for i, result := range results {
		if distance(rates[i], wanted) < distance(middle.Parts[0].PerSecond, wanted) {
			middle = result
		}
	}
	return middle
}

func distance(a, b float64) float64 { return max(a-b, b-a) }
