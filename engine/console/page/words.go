package page

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// words has the functions of the templates.
var words = template.FuncMap{
	"number": number, "count": count, "when": when, "ago": ago, "seconds": seconds, "rate": rate, "line": firstLine, "add": func(a, b int64) int64 { return a + b },
}

// number groups the digits of a number.
func number(value any) string {
	text := fmt.Sprint(value)
	digits, sign := strings.TrimPrefix(text, "-"), ""
	if digits != text {
		sign = "-"
	}
	if _, err := strconv.ParseUint(digits, 10, 64); err != nil {
		return text
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// count returns a number with its noun.
func count(value any, noun string) string {
	if text := number(value); text != "1" {
		return text + " " + noun + "s"
	}
	return "1 " + noun
}

// when returns a time in UTC.
func when(value any) string {
	switch at := value.(type) {
	case time.Time:
		return at.UTC().Format("2006-01-02 15:04:05.000")
	case *time.Time:
		if at != nil {
			return at.UTC().Format("2006-01-02 15:04:05.000")
		}
	}
	return "not known"
}

// ago returns how long ago a time was.
func ago(value any) string {
	var at time.Time
	switch given := value.(type) {
	case time.Time:
		at = given
	case *time.Time:
		if given == nil {
			return "not known"
		}
		at = *given
	}
	past := time.Since(at)
	switch {
	case past < time.Minute:
		return fmt.Sprintf("%d s ago", int(max(0, past).Seconds()))
	case past < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(past.Minutes()))
	case past < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(past.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(past.Hours()/24))
}

// seconds returns a lag.
func seconds(value float64) string {
	switch {
	case value < 60:
		return fmt.Sprintf("%.1f s", value)
	case value < 7200:
		return fmt.Sprintf("%.0f min", value/60)
	}
	return fmt.Sprintf("%.0f h", value/3600)
}

// rate returns a number of events a second.
func rate(value float64) string {
	if value < 10 {
		return fmt.Sprintf("%.2f", value)
	}
	return number(int64(value))
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
