package encode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
)

// Encoder encodes chains of appends as database rows.
type Encoder struct {
	messageOf event.MessageOf
	encrypt   event.Encrypt
	reads     *confirm.Reads
}

// New returns an Encoder. If messageOf is nil, no event gets a message for the outbox. If encrypt
// is nil, Encode returns an error for an event with personal data.
func New(messageOf event.MessageOf, encrypt event.Encrypt, reads *confirm.Reads) *Encoder {
	return &Encoder{messageOf: messageOf, encrypt: encrypt, reads: reads}
}

// Encode checks a chain of appends, and stores the database rows of the chain of appends in the
// parameter rows. Encode runs in the goroutine of the append's caller, so that the goroutine that
// sends appends does no other work.
func (c *Encoder) Encode(ctx context.Context, chain []event.Append, rows *Rows) error {
	if len(chain) == 0 {
		return errors.New("chain without an append")
	}
	*rows = Rows{
		Appends: make([]AppendRow, 0, len(chain)),
		Streams: make([]StreamRow, 0, 1),
		Events:  make([]EventRow, 0, len(chain)),
	}
	for _, a := range chain {
		if err := c.encodeAppend(ctx, rows, a); err != nil {
			return err
		}
	}
	return nil
}

func (c *Encoder) encodeAppend(ctx context.Context, rows *Rows, a event.Append) error {
	if len(a.Streams) == 0 {
		return errors.New("append without a stream")
	}
	metadata, err := encodeJSON(a.Metadata)
	if err != nil {
		return fmt.Errorf("encode metadata: %w", err)
	}
	before, row := len(rows.Events), AppendRow{Once: a.Once}
	if err := rows.checkCondition(a.Condition); err != nil {
		return err
	}
	for i, stream := range a.Streams {
		for _, earlier := range a.Streams[:i] {
			if earlier.ID == stream.ID {
				return fmt.Errorf("append names stream %s twice", stream.ID)
			}
		}
		index, err := rows.join(stream)
		if err != nil {
			return err
		}
		if err := c.encodeEvents(ctx, rows, index, stream, metadata, ids{a.Identity, before}); err != nil {
			return err
		}
		if i == 0 {
			row.Stream, row.EventsOfStream = index, rows.Streams[index].Events
		}
		if len(a.Streams) > 1 {
			row.Streams = append(row.Streams, index)
		}
	}
	rows.addCondition(row.Stream, a.Condition)
	row.Events = len(rows.Events)
	if row.Events == before && a.Once == nil {
		return errors.New("append without an event")
	}
	rows.Appends = append(rows.Appends, row)
	return nil
}

func (c *Encoder) encodeEvents(ctx context.Context, rows *Rows, index int, stream event.StreamAppend, metadata string, of ids) error {
	for _, e := range stream.Events {
		e, err := c.encryptEvent(ctx, rows.Streams[index], e)
		if err != nil {
			return err
		}
		keyed, ok := e.(event.Keyed)
		if ok {
			if err := rows.addKeyed(index, keyed); err != nil {
				return err
			}
			e = keyed.Event
		}
		if err := rows.addTags(e); err != nil {
			return err
		}
		row, err := c.encodeEvent(stream.ID, e)
		if err != nil {
			return err
		}
		if row.ID, err = of.at(len(rows.Events)); err != nil {
			return err
		}
		rows.Streams[index].Events++
		row.Stream, row.Seq, row.Metadata = index, rows.Streams[index].Events, metadata
		rows.Bytes += len(row.Data) + len(metadata) + len(row.MessageData)
		rows.Events = append(rows.Events, row)
	}
	return nil
}

// encryptEvent returns a copy of an event in which the personal data is encrypted. The encryption
// is bound to the version that the event will have in its stream. An event without personal data is
// returned unchanged.
func (c *Encoder) encryptEvent(ctx context.Context, stream StreamRow, e event.Event) (event.Event, error) {
	personal, ok := e.(event.PersonalEvent)
	switch {
	case !ok || c.encrypt == nil: // without the function encrypt, personal data can't be encoded
		return e, nil
	case stream.Expected == event.AnyVersion:
		return nil, fmt.Errorf("append %s: personal data is encrypted for a version, and this append takes any", e.EventType())
	}
	encrypted, err := c.encrypt(ctx, stream.Type, stream.ID, stream.Expected+int64(stream.Events)+1, personal)
	if err == nil {
		return encrypted, nil
	}
	if unconfirmed := c.reads.ConfirmNow(ctx); unconfirmed != nil { // perhaps the erasure of the person's key is not replicated yet
		return nil, unconfirmed
	}
	return nil, err
}

func (c *Encoder) encodeEvent(streamID uuid.UUID, e event.Event) (EventRow, error) {
	data, err := encodeJSON(e)
	if err != nil {
		return EventRow{}, fmt.Errorf("encode %s: %w", e.EventType(), err)
	}
	if erasure, ok := e.(event.Erasure); ok {
		if err := event.CheckErasure(streamID, erasure, []byte(data)); err != nil {
			return EventRow{}, err
		}
	}
	row := EventRow{
		Type: e.EventType(), SchemaVersion: e.SchemaVersion(), Data: data,
		OccurredAt: time.Now().UTC(),
	}
	if c.messageOf == nil {
		return row, nil
	}
	if message, ok := c.messageOf(streamID, e); ok {
		encoded, err := encodeJSON(message.Data)
		if err == nil && message.Type == "" {
			err = errors.New("it has no type")
		}
		if err != nil {
			return EventRow{}, fmt.Errorf("encode message %s: %w", message.Type, err)
		}
		row.MessageType, row.MessageData = message.Type, encoded
	}
	return row, nil
}

// ids makes the ids of the events of one append.
type ids struct {
	identity uuid.UUID // uuid.Nil: each event gets a new id
	before   int       // number of events of the chain of appends before the append
}

// at makes the id of the event with the index n among all events of the chain of appends. If the
// append has no identity, each call makes a new id.
func (i ids) at(n int) (uuid.UUID, error) {
	if i.identity != uuid.Nil {
		return event.DeriveID(i.identity, n-i.before), nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, fmt.Errorf("make event id: %w", err)
	}
	return id, nil
}

func encodeJSON(value any) (string, error) {
	encoded, err := json.Marshal(value)
	return string(encoded), err
}
