package cause

import (
	"cmp"
	"strings"

	"example.com/pgcqrs/engine/event"
)

// Command is a command that has appended events.
type Command struct {
	ID      string // id of the command; "": the events have none
	Cause   string // id of the request or of the event that caused it
	Actor   string
	TraceID string
	Events  []*Event
}

// Event is an event of a tree.
type Event struct {
	Recorded event.Recorded
	Messages []Message  // messages that are not sent yet
	Jobs     []Job      // jobs that are still in the queue
	Commands []*Command // commands that were sent because of the event
}

// grow builds the tree. The events are in the order of the log, so a cause comes before its effect.
func grow(events []event.Recorded, waits waiting) (roots []*Command) {
	commands, byID := make(map[string]*Command), make(map[string]*Event, len(events))
	for _, e := range events {
		key := cmp.Or(e.Metadata.CommandID, e.Metadata.CausationID, e.ID.String())
		command := commands[key]
		if command == nil {
			command = &Command{ID: e.Metadata.CommandID, Cause: e.Metadata.CausationID, Actor: e.Metadata.Actor, TraceID: TraceID(e.Metadata.Traceparent)}
			commands[key] = command
			if from := byID[command.Cause]; from != nil {
				from.Commands = append(from.Commands, command)
			} else {
				roots = append(roots, command)
			}
		}
		one := &Event{Recorded: e, Messages: waits.messages[e.Position], Jobs: waits.jobs[e.Position]}
		command.Events = append(command.Events, one)
		byID[e.ID.String()] = one
	}
	return roots
}

// TraceID returns the id of the trace in a traceparent (W3C Trace Context), or "".
func TraceID(traceparent string) string {
	parts := strings.Split(traceparent, "-")
	if len(parts) < 4 || len(parts[1]) != 32 || strings.Trim(parts[1], "0123456789abcdef") != "" {
		return ""
	}
	return parts[1]
}
