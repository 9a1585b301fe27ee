package wire

import "encoding/json"

// PositionOf is the log's position that an answer names, 0 if it names none.
func PositionOf(answer Answer) int64 {
	var position int64
	_ = json.Unmarshal([]byte(answer.Header.Get("Event-Position")), &position)
	return position
}
