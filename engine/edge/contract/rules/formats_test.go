package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// checkTime accepts a text if and only if time.Parse accepts it and RFC 3339 allows it. If the year
// of a time has four digits, checkTime accepts the text that Go formats from this time.
func FuzzTimes(f *testing.F) {
	for _, seed := range []string{"2026-01-31T12:00:00Z", "2026-01-31T1:00:00Z", "2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00+24:01", "2026-02-30T00:00:00.9-23:59"} {
		f.Add(seed, int64(1769860800), int64(1), 0)
	}
	f.Fuzz(func(t *testing.T, text string, seconds, nanoseconds int64, offset int) {
		at, err := time.Parse(time.RFC3339, text)
		want := err == nil && at.Year() >= 1 && isStrict(text, at)
		if taken := checkTime(text) == nil; taken != want {
			t.Fatalf("%q: taken %v, want %v (time.Parse: %v)", text, taken, want, err)
		}
		made := time.Unix(seconds%(1<<37), nanoseconds%1e9).In(time.FixedZone("", offset%(24*60)*60))
		if year := made.Year(); year >= 1 && year <= 9999 && checkTime(made.Format(time.RFC3339Nano)) != nil {
			t.Fatalf("%s is refused", made.Format(time.RFC3339Nano))
		}
	})
}

// isStrict reports whether a text has the form of RFC 3339. isStrict formats the time that was
// parsed from the text, and compares the result with the text.
func isStrict(text string, at time.Time) bool {
	rest, ok := strings.CutPrefix(text, at.Format("2006-01-02T15:04:05"))
	if fraction, dotted := strings.CutPrefix(rest, "."); dotted {
		rest = strings.TrimLeft(fraction, "0123456789")
		ok = ok && rest != fraction
	}
	if rest == "Z" || !ok {
		return ok
	}
	var sign byte
	var hours, minutes int
	n, err := fmt.Sscanf(rest, "%c%02d:%02d", &sign, &hours, &minutes)
	return n == 3 && err == nil && len(rest) == len("+00:00") && hours < 24 && minutes < 60
}
