package query

import (
	"strconv"
	"strings"
	"time"
)

// These constants are the default, the longest and the shortest time that a read may wait until its
// read model has reached a position.
const (
	usualWait = 5 * time.Second
	mostWait  = 30 * time.Second
	// LeastWait is the shortest wait of a read. Even with wait=0, the read has enough time to ask
	// once for the position of the read model.
	LeastWait = 250 * time.Millisecond
)

// WaitOf decodes the preference wait=<seconds> of the header Prefer. As RFC 7240 requires, WaitOf
// ignores a preference that it can't understand. If the header has several wait preferences, WaitOf
// uses the first one. The result asked says whether the header has a valid wait preference. If
// asked is false, WaitOf returns the default wait.
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

// ParkedPosition returns the field parked_position of an item in a list, or nil if the item's
// stream is not parked.
func ParkedPosition(parked int64) *string {
	if parked == 0 {
		return nil
	}
	return new(strconv.FormatInt(parked, 10))
}
