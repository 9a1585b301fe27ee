//go:build linux

package build

// The service calls time.Now at one place to get the time (occurred_at) of an event that it stores.
// The campaign (a test program) builds the service with another function in place of this call.
// That function reads a duration from a file, and adds the duration to the right time.
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
