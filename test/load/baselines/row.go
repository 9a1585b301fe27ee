package baselines

import (
	"fmt"
	"strconv"
	"strings"
)

// Row is a line of the report: what was measured, and the ratio of two sides.
type Row struct {
	Contest string   `json:"contest"`
	Title   string   `json:"title"`
	Unit    string   `json:"unit"`
	Over    Spread   `json:"over"`
	Under   Spread   `json:"under"`
	Ratio   Spread   `json:"ratio"` // median of the rounds' ratios
	Goal    string   `json:"goal"`
	Notes   []string `json:"notes,omitempty"`
	Command string   `json:"command"`
}

// row divides one side's figures by another's.
func (f figures) row(title, goal, unit, over, under string) Row {
	return Row{
		Title: title, Goal: goal, Unit: unit,
		Over: spreadOf(f[over]), Under: spreadOf(f[under]),
		Ratio: spreadOf(ratiosOf(f[over], f[under])),
	}
}

// number writes a figure the way people read it: three digits that count, at least,
// and commas.
func number(n float64) string {
	switch {
	case n >= 100:
		return commas(strconv.FormatFloat(n, 'f', 0, 64))
	case n >= 10:
		return strconv.FormatFloat(n, 'f', 1, 64)
	default:
		return strconv.FormatFloat(n, 'f', 2, 64)
	}
}

func commas(digits string) string {
	var out strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(digit)
	}
	return out.String()
}

func (s Spread) String() string {
	return fmt.Sprintf("%s (%s–%s)", number(s.Median), number(s.Min), number(s.Max))
}
