package eventstore

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/events"
)

// streamRow is one stream of an append, as the append statement wants it.
type streamRow struct {
	streamType string
	id         uuid.UUID
	expected   int64
	metadata   string
	events     int
}

// eventRow is one event of an append.
type eventRow struct {
	stream        int // index into the append's streams
	seq           int // 1, 2, 3 … within the stream's events of this append
	id            uuid.UUID
	eventType     string
	schemaVersion int
	data          string
	messageType   *string // nil: nothing goes out
	messageData   *string
	occurredAt    time.Time
}

// onceRow is an append's idempotency record.
type onceRow struct {
	key         string
	fingerprint []byte
	keep        time.Duration
	events      int   // on the first stream
	position    int64 // of the answer, if the append holds no events
}

func newOnceRow(once events.Once, eventsOnFirst int) *onceRow {
	return &onceRow{once.Key, once.Fingerprint, once.Keep, eventsOnFirst, once.Position}
}

func (s *Store) encodeStream(p *pending, stream events.StreamAppend, metadata string) error {
	index := len(p.streams)
	p.streams = append(p.streams, streamRow{stream.Type, stream.ID, stream.Expected, metadata, len(stream.Events)})
	for i, event := range stream.Events {
		row, err := s.encodeEvent(stream.ID, event)
		if err != nil {
			return err
		}
		row.stream, row.seq = index, i+1
		p.bytes += len(row.data) + len(metadata)
		p.events = append(p.events, row)
	}
	return nil
}

func (s *Store) encodeEvent(streamID uuid.UUID, event events.Event) (eventRow, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return eventRow{}, fmt.Errorf("make event id: %w", err)
	}
	data, err := encodeJSON(event)
	if err != nil {
		return eventRow{}, fmt.Errorf("encode %s: %w", event.EventType(), err)
	}
	row := eventRow{
		id: id, eventType: event.EventType(), schemaVersion: event.SchemaVersion(), data: data,
		occurredAt: time.Now().UTC(),
	}
	if s.config.MessageOf == nil {
		return row, nil
	}
	if message, ok := s.config.MessageOf(streamID, event); ok {
		encoded, err := encodeJSON(message.Data)
		if err != nil {
			return eventRow{}, fmt.Errorf("encode message %s: %w", message.Type, err)
		}
		row.messageType, row.messageData = &message.Type, &encoded
	}
	return row, nil
}

func encodeJSON(value any) (string, error) {
	encoded, err := json.Marshal(value)
	return string(encoded), err
}
