//go:build linux

package subscribers

import (
	"strconv"
	"strings"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// take records a frame that does not end the answer.
func (s *subscriber) take(f frame) {
	if s.plan.operate && strings.Contains(f.text, sample.Mark) {
		s.say("a subscriber that does not own the stream got a person's text, at position %s", f.Position)
	}
	at, err := strconv.ParseInt(f.id, 10, 64)
	if err != nil {
		s.say("a frame has the id %q: %s", f.id, f.text)
		return
	}
	switch {
	case f.kind == "position":
		s.moveOn(f.Position)
	case s.plan.form == row && f.kind == "row":
		s.got.Rows = append(s.got.Rows, history.Row{At: at, Version: f.Version, Balance: f.Balance, Status: f.Status})
		s.moveOn(f.id)
	case s.plan.form == row: // parked: the row does not change
	default:
		if f.id != f.Position || f.kind != f.Type {
			s.say("an event has the id %s and the name %s: %s", f.id, f.kind, f.text)
		}
		if !s.begun { // this is the first event that was appended after the subscriber began
			s.begun, s.got.After = true, at-1
		}
		s.got.Events = append(s.got.Events, history.Shown{Position: at, Is: history.HashOf(f.ID, f.Type, f.StreamID, f.Version)})
		s.moveTo(at)
	}
}

// moveOn records a position: the subscriber has got all matching events up to this position.
func (s *subscriber) moveOn(text string) {
	position, err := strconv.ParseInt(text, 10, 64)
	if err != nil || position < s.position {
		s.say("position %q came after position %d", text, s.position)
		return
	}
	if !s.begun {
		s.begun, s.got.After = true, position
	}
	s.moveTo(position)
}
