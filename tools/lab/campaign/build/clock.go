//go:build linux

package build

// The service reads the time of everything that it stores through one function. The campaign, a
// test program, builds the service with a changed version of that function, which adds an error to
// the time. The changed function reads the error, a duration, from a file.
const (
	ClockVariable = "CAMPAIGN_CLOCK"
	clockSource   = "engine/eventlog/encode/encode.go"
	rightClock    = "time.Now().UTC()"
	wrongClock    = `package encode

import (
	"os"
	"time"
)

func wrongClock() time.Time {
	text, _ := os.ReadFile(os.Getenv("` + ClockVariable + `"))
	wrong, _ := time.ParseDuration(string(text))
	return time.Now().Add(wrong)
}
`
)
