package workflow

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of a workflow. An instance that exceeds a limit is parked, with an error that names the
// limit.
const (
	MaxJobs   = 100       // parts of a reaction to one event
	MaxState  = 64 << 10  // bytes of the state of an instance, in JSON
	MaxTimers = 100       // timers of an instance that are set at a time
	MaxEvents = 10_000    // events of an instance
	MaxData   = 256 << 10 // bytes of a command, of the payload of a call, or of its answer, in JSON
	MaxName   = 100       // bytes of the name of a timer or a call
)

// Encode returns a value as JSON, in the form in which jobs and states are stored. If the JSON has
// more bytes than the parameter most, Encode returns an error. Encode also returns an error if a
// text in the JSON has the character NUL (U+0000), because PostgreSQL can't store this character.
func Encode(value any, most int) ([]byte, error) {
	data, err := json.Marshal(value)
	switch {
	case err != nil:
		return nil, err
	case len(data) > most:
		return nil, fmt.Errorf("it has %d bytes of JSON, and at most %d are possible", len(data), most)
	case hasZero(data):
		return nil, fmt.Errorf("it has a text with a zero character (\\u0000), which PostgreSQL can't store")
	}
	return data, nil
}

// hasZero reports whether a text in JSON has the character NUL, which encoding/json writes as
// \u0000.
func hasZero(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		if i++; i+5 <= len(data) && string(data[i:i+5]) == "u0000" {
			return true
		}
	}
	return false
}

// CheckName returns an error if the given name is not a valid name of a timer or a call.
func CheckName(name string) error {
	if name == "" || len(name) > MaxName || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return fmt.Errorf("the name %.*q is not possible: names have 1 to %d bytes of UTF-8, without a zero character", 2*MaxName, name, MaxName)
	}
	return nil
}
