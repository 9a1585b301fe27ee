package wire

import "encoding/json"

// PositionOf returns the log's position that an answer names, or 0.
func PositionOf(answer Answer) int64 {
	var position int64
	_ = json.Unmarshal([]byte(answer.Header.Get("Event-Position")), &position)
	return position
}
