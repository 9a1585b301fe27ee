//go:build linux

package build

// The service reads the time of everything that it stores in one place. In the campaign's build,
// that place reads a clock that can be wrong: by the duration in a file.
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
