package wire

import "encoding/json"

// PositionOf returns the log's position in an answer, or 0 if there is none.
func PositionOf(answer Answer) int64 {
	var position int64
	_ = json.Unmarshal([]byte(answer.Header.Get("Event-Position")), &position)
	return position
}
