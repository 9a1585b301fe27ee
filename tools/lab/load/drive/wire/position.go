package wire

import "encoding/json"

// PositionOf returns the position of the log that an answer contains, or 0 if the answer has none.
func PositionOf(answer Answer) int64 {
	var position int64
	_ = json.Unmarshal([]byte(answer.Header.Get("Event-Position")), &position)
	return position
}
