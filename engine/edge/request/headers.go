package request

import (
	"regexp"

	"github.com/google/uuid"
)

// correlationID returns the header in lower case if it is a UUID, and otherwise the given id.
// Any other text might contain personal data, and events are never deleted.
func correlationID(header, otherwise string) string {
	const size = len("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")
	id, err := uuid.Parse(header)
	if err != nil || len(header) != size { // the parser accepts other forms, too
		return otherwise
	}
	return id.String()
}

var traceparentForm = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traceparent returns the header if it is valid by W3C Trace Context, and "" otherwise. A later
// version of the header may have more fields, which traceparent drops.
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
