package rules

import (
	"errors"
	"regexp"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
)

// formats replaces the format checks of kin-openapi, which accept the date 30 February, and check
// neither UUIDs nor e-mail addresses.
var formats = openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
	"uuid":      openapi3.NewCallbackValidator(checkUUID),
	"date-time": openapi3.NewCallbackValidator(checkTime),
	"date":      openapi3.NewCallbackValidator(checkDate),
	"email":     openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForEmail),
})

// checkUUID accepts only the canonical form of a UUID. The uuid package would also accept other
// forms.
func checkUUID(text string) error {
	if len(text) != 36 {
		return errors.New("not 36 characters")
	}
	_, err := uuid.Parse(text)
	return err
}

// timestamp matches a date-time of RFC 3339, 5.6, except leap seconds and lower-case t and z, which
// the RFC allows a service to refuse. time.Parse alone would accept too much: hours of one digit, a
// comma instead of the decimal point, and offsets of 24 hours or more.
var timestamp = regexp.MustCompile(
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

var errNoTimestamp = errors.New("not a time of RFC 3339")

// checkTime returns an error if the text is not a date-time of RFC 3339. checkTime uses time.Parse
// to reject dates that do not exist, like 30 February.
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

// checkDate returns an error if the text is not a full-date of RFC 3339.
func checkDate(text string) error { return checkTime(text + "T00:00:00Z") }
