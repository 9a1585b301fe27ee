package query

import (
	"strconv"
	"strings"
	"time"
)

// Bounds of how long a read may wait.
const (
	usualWait = 5 * time.Second
	mostWait  = 30 * time.Second
	// LeastWait is enough for one look at where the read model is, even with wait=0.
	LeastWait = 250 * time.Millisecond
)

// WaitOf reads wait=<seconds> of Prefer. As RFC 7240 requires, a preference that can't be
// understood is ignored, and the first of two counts.
func WaitOf(prefer *string) (wait time.Duration, asked bool) {
	if prefer == nil {
		return usualWait, false
	}
	for preference := range strings.SplitSeq(*prefer, ",") {
		token, _, _ := strings.Cut(preference, ";")
		name, value, _ := strings.Cut(token, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "wait") {
			continue
		}
		seconds, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 31)
		if err != nil {
			return usualWait, false
		}
		return min(time.Duration(seconds)*time.Second, mostWait), true
	}
	return usualWait, false
}

// ParkedPosition returns the parked_position of a list's item, or nil if its stream is not parked.
func ParkedPosition(parked int64) *string {
	if parked == 0 {
		return nil
	}
	return new(strconv.FormatInt(parked, 10))
}
