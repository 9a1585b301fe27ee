package live

import (
	"encoding/json"
	"strconv"
)

// End is how the end of an answer is explained. It is its last text, in each form.
type End struct {
	Code     string `json:"code"` // stable: clients branch on it
	Detail   string `json:"detail"`
	Position string `json:"position"` // all that matches up to here was sent
}

// frameOf returns an event's text: its JSON with what the form needs around it.
func (f Form) frameOf(position int64, eventType string, body []byte) []byte {
	if f == Lines {
		return append(append(make([]byte, 0, len(body)+1), body...), '\n')
	}
	frame := make([]byte, 0, len(body)+len(eventType)+48)
	frame = append(frame, "id: "...)
	frame = strconv.AppendInt(frame, position, 10)
	frame = append(append(frame, "\nevent: "...), eventType...)
	frame = append(append(frame, "\ndata: "...), body...)
	return append(frame, "\n\n"...)
}

// positionOf returns the text that moves a client's cursor although there was nothing for it.
func (f Form) positionOf(position int64) []byte {
	body := []byte(`{"position":"` + strconv.FormatInt(position, 10) + `"}`)
	return f.frameOf(position, "position", body)
}

// RowOf returns the text of a row of a read model that reflects a position. event is the type of the
// text in server-sent events.
func (f Form) RowOf(position int64, event string, body []byte) []byte {
	return f.frameOf(position, event, body)
}

// endOf returns the last text.
func (f Form) endOf(position int64, code, detail string) []byte {
	body, err := json.Marshal(End{code, detail, strconv.FormatInt(position, 10)})
	if err != nil {
		panic(err) // strings only
	}
	if f == Lines {
		body = append(append([]byte(`{"end":`), body...), '}')
	}
	return f.frameOf(position, "end", body)
}

// mediaType is the form's.
func (f Form) mediaType() string {
	if f == Lines {
		return "application/x-ndjson"
	}
	return "text/event-stream"
}

// begin is what an answer begins with: how long a browser waits before it connects again.
func (f Form) begin() []byte {
	if f == Lines {
		return nil
	}
	return []byte("retry: 1000\n\n")
}
