package command_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// silent is a Store that stores nothing and reports every append as successful.
type silent struct{}

func (silent) AppendAll(_ context.Context, chain []event.Append) ([]event.Appended, error) {
	appended := make([]event.Appended, len(chain))
	for i, a := range chain {
		first := a.Streams[0]
		appended[i] = event.Appended{StreamID: first.ID, Version: first.Expected + int64(len(first.Events)), Position: 1, EventID: first.ID}
	}
	return appended, nil
}

func (silent) Load(context.Context, string, uuid.UUID, int64, func(event.Recorded) error) error {
	return nil
}

func (silent) Answers(context.Context, []string) (map[string]event.Answered, error) { return nil, nil }

type counted struct{}

func (counted) EventType() string  { return "counted" }
func (counted) SchemaVersion() int { return 1 }

// BenchmarkHandle measures the time that a Handler needs for a command, with a Store that takes no
// time.
func BenchmarkHandle(b *testing.B) {
	decide := func(int, struct{}) ([]event.Event, error) { return []event.Event{counted{}}, nil }
	evolve := func(count int, _ event.Event) int { return count + 1 }
	for name, request := range map[string]command.Request{
		"plain":      {Metadata: event.Metadata{CommandID: "c"}},
		"new stream": {NewStream: true, Metadata: event.Metadata{CommandID: "c"}},
		"once":       {Key: "k", Fingerprint: []byte("f"), Metadata: event.Metadata{CommandID: "c"}},
		"if match":   {IfMatch: event.Precondition{Any: true}, Metadata: event.Metadata{CommandID: "c"}},
	} {
		b.Run(name, func(b *testing.B) {
			h := command.NewHandler(silent{}, "count", decide, evolve)
			id := uuid.New()
			if _, err := h.Handle(b.Context(), id, struct{}{}, command.Request{}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				at := id
				if request.NewStream {
					at = uuid.New()
				}
				if _, err := h.Handle(b.Context(), at, struct{}{}, request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
