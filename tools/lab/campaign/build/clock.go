//go:build linux

package build

// The service reads the time of everything that it stores through one function. The campaign builds
// the service with another version of that function, which adds an error to the time. A file
// contains the error as a duration.
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
