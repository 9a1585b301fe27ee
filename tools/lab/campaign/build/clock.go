//go:build linux

package build

// The service gets each time that it stores from one function. The campaign (a test program) builds
// the service with a changed version of that function. The changed function reads a duration from a
// file, and adds it to the right time.
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
