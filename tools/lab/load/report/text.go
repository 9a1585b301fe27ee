// Package report shows measurements: as text in columns and as pictures. Package report measures
// nothing.
package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Number formats a figure with three significant digits and thousands separators.
func Number(n float64) string {
	switch {
	case n >= 100 || n == 0:
		return commas(strconv.FormatFloat(n, 'f', 0, 64))
	case n >= 10:
		return strconv.FormatFloat(n, 'f', 1, 64)
	case n >= 0.1:
		return strconv.FormatFloat(n, 'f', 2, 64)
	default:
		return strconv.FormatFloat(n, 'f', 3, 64)
	}
}

// Count formats a whole number with thousands separators.
func Count(n int64) string { return commas(strconv.FormatInt(n, 10)) }

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

// Align aligns the cells of lines in columns: the first column to the left, all other columns to
// the right.
func Align(lines [][]string) string {
	var widths []int
	for _, line := range lines {
		for i, cell := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				fmt.Fprintf(&out, "  %s%s", cell, pad)
			} else {
				fmt.Fprintf(&out, "   %s%s", pad, cell)
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}
