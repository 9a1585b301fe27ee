package contract

import (
	"errors"
	"regexp"
	"time"
)

// timestamp is the date-time of RFC 3339, 5.6, but for leap seconds and for t and z in lower case, which the RFC lets
// us refuse. time.Parse alone takes more: hours of one digit, a comma for the point, offsets of a day.
var timestamp = regexp.MustCompile(
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

var errNoTimestamp = errors.New("not a time of RFC 3339")

// checkTime fails for what is no date-time. The calendar is left to time.Parse.
func checkTime(text string) error {
	if !timestamp.MatchString(text) {
		return errNoTimestamp
	}
	at, err := time.Parse(time.RFC3339, text)
	if err == nil && at.Year() < 1 {
		return errors.New("before the year 1")
	}
	return err
}

// checkDate fails for what is no full-date of RFC 3339.
func checkDate(text string) error { return checkTime(text + "T00:00:00Z") }
