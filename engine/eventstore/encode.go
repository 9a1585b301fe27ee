package eventstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// appendRow is one append of a chain. It counts events up to its own end.
type appendRow struct {
	stream         int // its first stream: index into the chain's
	eventsOfStream int // the chain's on that stream
	events         int // the chain's
	once           *event.Once
}

// streamRow is one stream of a chain.
type streamRow struct {
	streamType string
	id         uuid.UUID
	expected   int64
	last       uuid.UUID // of the event at expected; uuid.Nil: whichever
	events     int
}

// eventRow is one event of a chain.
type eventRow struct {
	stream        int // index into the chain's streams
	seq           int // 1, 2, 3 … within the chain's events on that stream
	id            uuid.UUID
	eventType     string
	schemaVersion int
	data          string
	metadata      string
	messageType   string // "": nothing goes out
	messageData   string
	occurredAt    time.Time
}

// keyedRow is what an event of a chain needs of keys.
type keyedRow struct {
	stream int // index into the chain's streams
	event.Keyed
}

// encode checks a chain and turns it into rows, in the caller's goroutine: the
// committer should do nothing but fly.
func (s *Store) encode(ctx context.Context, chain []event.Append) (*pending, error) {
	if len(chain) == 0 {
		return nil, errors.New("chain without an append")
	}
	p := &pending{
		appends: make([]appendRow, 0, len(chain)),
		streams: make([]streamRow, 0, 1),
		events:  make([]eventRow, 0, len(chain)),
		changes: s.epochs.changes.Load(),
		done:    make(chan outcome, 1),
	}
	for _, a := range chain {
		if err := s.encodeAppend(ctx, p, a); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (s *Store) encodeAppend(ctx context.Context, p *pending, a event.Append) error {
	if len(a.Streams) == 0 {
		return errors.New("append without a stream")
	}
	metadata, err := encodeJSON(a.Metadata)
	if err != nil {
		return fmt.Errorf("encode metadata: %w", err)
	}
	before, row := len(p.events), appendRow{once: a.Once}
	for i, stream := range a.Streams {
		for _, earlier := range a.Streams[:i] {
			if earlier.ID == stream.ID {
				return fmt.Errorf("append names stream %s twice", stream.ID)
			}
		}
		index, err := p.join(stream)
		if err != nil {
			return err
		}
		if err := s.encodeEvents(ctx, p, index, stream, metadata); err != nil {
			return err
		}
		if i == 0 {
			row.stream, row.eventsOfStream = index, p.streams[index].events
		}
	}
	row.events = len(p.events)
	if row.events == before && a.Once == nil {
		return errors.New("append without an event")
	}
	p.appends = append(p.appends, row)
	return nil
}

// join finds a stream in the chain, or adds it.
func (p *pending) join(stream event.StreamAppend) (index int, err error) {
	for i, row := range p.streams {
		if row.id != stream.ID {
			continue
		}
		if at := row.expected + int64(row.events); row.expected == event.AnyVersion || stream.Expected != at {
			return 0, fmt.Errorf("append expects stream %s at version %d, where its chain does not leave it", stream.ID, stream.Expected)
		}
		return i, nil
	}
	p.streams = append(p.streams, streamRow{streamType: stream.Type, id: stream.ID, expected: stream.Expected, last: stream.Last})
	return len(p.streams) - 1, nil
}

func (s *Store) encodeEvents(ctx context.Context, p *pending, index int, stream event.StreamAppend, metadata string) error {
	for _, e := range stream.Events {
		e, err := s.sealed(ctx, p.streams[index], e)
		if err != nil {
			return err
		}
		if keyed, ok := e.(event.Keyed); ok {
			p.keyed = append(p.keyed, keyedRow{index, keyed})
			e = keyed.Event
		}
		row, err := s.encodeEvent(stream.ID, e)
		if err != nil {
			return err
		}
		p.streams[index].events++
		row.stream, row.seq, row.metadata = index, p.streams[index].events, metadata
		p.bytes += len(row.data) + len(metadata) + len(row.messageData)
		p.events = append(p.events, row)
	}
	return nil
}

// sealed is the event as it may be stored, after those that its stream has in the chain.
func (s *Store) sealed(ctx context.Context, stream streamRow, e event.Event) (event.Event, error) {
	personal, ok := e.(event.PersonalEvent)
	switch {
	case !ok || s.config.Seal == nil: // without Seal its data does not encode
		return e, nil
	case stream.expected == event.AnyVersion:
		return nil, fmt.Errorf("append %s: personal data is sealed for a version, and this append takes any", e.EventType())
	}
	sealed, err := s.config.Seal(ctx, stream.streamType, stream.id, stream.expected+int64(stream.events)+1, personal)
	if err == nil {
		return sealed, nil
	}
	if unconfirmed := s.confirmNow(ctx); unconfirmed != nil { // that the person was erased may be known here alone
		return nil, unconfirmed
	}
	return nil, err
}

func (s *Store) encodeEvent(streamID uuid.UUID, e event.Event) (eventRow, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return eventRow{}, fmt.Errorf("make event id: %w", err)
	}
	data, err := encodeJSON(e)
	if err != nil {
		return eventRow{}, fmt.Errorf("encode %s: %w", e.EventType(), err)
	}
	row := eventRow{
		id: id, eventType: e.EventType(), schemaVersion: e.SchemaVersion(), data: data,
		occurredAt: time.Now().UTC(),
	}
	if s.config.MessageOf == nil {
		return row, nil
	}
	if message, ok := s.config.MessageOf(streamID, e); ok {
		encoded, err := encodeJSON(message.Data)
		if err == nil && message.Type == "" {
			err = errors.New("it has no type")
		}
		if err != nil {
			return eventRow{}, fmt.Errorf("encode message %s: %w", message.Type, err)
		}
		row.messageType, row.messageData = message.Type, encoded
	}
	return row, nil
}

func encodeJSON(value any) (string, error) {
	encoded, err := json.Marshal(value)
	return string(encoded), err
}
