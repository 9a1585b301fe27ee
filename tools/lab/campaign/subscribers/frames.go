//go:build linux

package subscribers

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// errForm is the error for a complete frame that does not have the form that the contract requires.
var errForm = errors.New("no valid frame")

// frame is one message of a streaming answer: an event, a row, a position or the end.
type frame struct {
	Position string
	Type     string
	StreamID uuid.UUID `json:"stream_id"`
	Version  int64
	ID       uuid.UUID
	Balance  int64  // only in a row
	Status   string // only in a row
	Code     string // only in an end that is a server-sent event
	End      *struct{ Code, Position string }

	kind, id string // the fields event and id of server-sent events
	text     string // the whole JSON
}

// nextOfEvents reads the next server-sent event. Only an empty line completes an event.
func nextOfEvents(from *bufio.Reader) (f frame, err error) {
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return frame{}, err
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "event":
			f.kind = value
		case "id":
			f.id = value
		case "data":
			f.text = value
		case "":
			if f.text == "" { // the message has only a field retry
				continue
			}
			if err := json.Unmarshal([]byte(f.text), &f); err != nil {
				return frame{}, fmt.Errorf("%w: %q: %w", errForm, f.text, err)
			}
			return f, nil
		}
	}
}

// nextOfLines reads the next line of NDJSON. Only a line feed completes a line.
func nextOfLines(from *bufio.Reader) (f frame, err error) {
	if f.text, err = from.ReadString('\n'); err != nil {
		return frame{}, err
	}
	if err := json.Unmarshal([]byte(f.text), &f); err != nil {
		return frame{}, fmt.Errorf("%w: %q: %w", errForm, f.text, err)
	}
	switch {
	case f.End != nil:
		f.kind, f.Code, f.Position = "end", f.End.Code, f.End.Position
	case f.Type == "":
		f.kind = "position"
	default:
		f.kind = f.Type
	}
	f.id = f.Position
	return f, nil
}
