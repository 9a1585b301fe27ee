package contract

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTimesAreThoseOfRFC3339(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	for text, taken := range map[string]bool{
		"2026-01-31T12:00:00Z": true, "2026-01-31T12:00:00.1Z": true, "2026-01-31T12:00:00.123456789Z": true, "2026-01-31T23:59:59+23:59": true,
		"2024-02-29T00:00:00-00:00": true, "0001-01-01T00:00:00Z": true, "9999-12-31T23:59:59Z": true,
		"2026-01-31T1:00:00Z": false, "2026-01-31T12:00:00,5Z": false, "2026-01-31T12:00:00.Z": false, "2026-01-31T12:00:00+24:01": false,
		"2026-01-31T12:00:00+00:60": false, "2026-01-31T12:00:00+0100": false, "2026-01-31T12:00:00+01": false, "2026-01-31T24:00:00Z": false,
		"2026-01-31T12:60:00Z": false, "2026-06-30T23:59:60Z": false, "2026-01-31t12:00:00Z": false, "2026-01-31T12:00:00z": false,
		"2026-01-31 12:00:00Z": false, "2026-01-31T12:00:00": false, "2026-02-29T12:00:00Z": false, "2026-13-01T12:00:00Z": false,
		"0000-01-01T00:00:00Z": false, "02026-01-31T12:00:00Z": false, " 2026-01-31T12:00:00Z": false, "2026-01-31T12:00:00Z\n": false,
		"٢٠٢٦-01-31T12:00:00Z": false, "": false,
	} {
		answer := send(t, client, http.MethodGet, "/v1/audit?since="+url.QueryEscape(text), "")
		if got := answer.status == 200; got != taken {
			t.Errorf("%q: got %d %s", text, answer.status, answer.body)
		}
		if !taken && answer.errorOf(t, "since") == "" {
			t.Errorf("%q: since is not named: %s", text, answer.body)
		}
	}
}

// It takes what time.Parse takes less what the RFC does not know, and every time of a year of four digits is taken
// as Go writes it.
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

// isStrict says whether text writes the time that time.Parse has read from it as RFC 3339 does: by writing it again.
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
