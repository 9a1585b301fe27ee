package live

import (
	"encoding/json"
	"strconv"
)

// End tells the client why a streaming answer ends. End is the last text of an answer, in each
// form.
type End struct {
	Code     string `json:"code"` // stable: clients distinguish the reasons by the code
	Detail   string `json:"detail"`
	Position string `json:"position"` // all matching events up to this position were sent
}

// frameOf returns the text that is sent for an event: the JSON of the event, with what the form
// requires before and after it. The caller must not use the body after the call, because the result
// may be in the memory of the body.
func (f Form) frameOf(position int64, eventType string, body []byte) []byte {
	if f == Lines {
		return append(body, '\n')
	}
	frame := make([]byte, 0, len(body)+len(eventType)+48)
	frame = append(frame, "id: "...)
	frame = strconv.AppendInt(frame, position, 10)
	frame = append(append(frame, "\nevent: "...), eventType...)
	frame = append(append(frame, "\ndata: "...), body...)
	return append(frame, "\n\n"...)
}

// positionOf returns the text that is sent if no event matches: the position up to which the log
// was read. The client can continue from this position later.
func (f Form) positionOf(position int64) []byte {
	body := []byte(`{"position":"` + strconv.FormatInt(position, 10) + `"}`)
	return f.frameOf(position, "position", body)
}

// RowOf returns the text that is sent for a row of a read model. The parameter position is the
// position of the log up to which the row includes all events. The parameter event is the event
// type of the text in server-sent events.
func (f Form) RowOf(position int64, event string, body []byte) []byte {
	return f.frameOf(position, event, body)
}

// endOf returns the last text of an answer. This text contains an End.
func (f Form) endOf(position int64, code, detail string) []byte {
	body, err := json.Marshal(End{code, detail, strconv.FormatInt(position, 10)})
	if err != nil {
		panic(err) // End has only strings, so encoding can't fail
	}
	if f == Lines {
		body = append(append([]byte(`{"end":`), body...), '}')
	}
	return f.frameOf(position, "end", body)
}

// mediaType returns the media type of the form.
func (f Form) mediaType() string { return mediaTypes[f] }

// begin returns the first text of an answer. For server-sent events, the text tells the browser how
// long to wait before it connects again.
func (f Form) begin() []byte {
	if f == Lines {
		return nil
	}
	return []byte("retry: 1000\n\n")
}
