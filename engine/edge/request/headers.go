package request

import (
	"regexp"

	"github.com/google/uuid"
)

// correlationID returns the client's header in lower case if the header is a UUID, and the given id
// otherwise. Any other text might contain personal data, and would be stored in events, which are
// never deleted.
func correlationID(header, otherwise string) string {
	const size = len("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")
	id, err := uuid.Parse(header)
	if err != nil || len(header) != size { // uuid.Parse accepts other forms, too
		return otherwise
	}
	return id.String()
}

var traceparentForm = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traceparent returns the client's header if it is valid according to W3C Trace Context, and ""
// otherwise. In a later version of the standard the header may have more fields; traceparent
// removes them.
func traceparent(header string) string {
	const size = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if len(header) < size || (len(header) > size && (header[:2] == "00" || header[size] != '-')) {
		return ""
	}
	header = header[:size]
	if !traceparentForm.MatchString(header) || header[:2] == "ff" ||
		header[3:35] == "00000000000000000000000000000000" || header[36:52] == "0000000000000000" {
		return ""
	}
	return header
}

// traceIDIn returns the id of the trace in a valid traceparent, or "" if the traceparent is "".
func traceIDIn(traceparent string) string {
	if traceparent == "" {
		return ""
	}
	return traceparent[3:35]
}
