package fakelog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// AppendAll stores the events of several appends: either all or none.
func (l *Log) AppendAll(_ context.Context, chain []event.Append) ([]event.Appended, error) {
	l.mu.Lock()
	before := l.before
	l.mu.Unlock()
	if before != nil {
		before()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	trial := &Log{events: slices.Clip(l.events), answers: make(map[string]event.Answered)}
	var all []event.Appended
	var refusal error
	for _, a := range chain {
		if a.Once != nil && l.answers[a.Once.Key].Fingerprint != nil {
			return nil, event.ErrAnswered
		}
		appended, err := trial.append(a)
		if err != nil && !errors.Is(err, event.ErrConflict) {
			return nil, err
		}
		if err != nil && refusal == nil {
			refusal = err // a key of a later append that has an answer wins
		}
		all = append(all, appended)
	}
	if refusal != nil {
		return nil, refusal
	}
	l.events = trial.events
	maps.Copy(l.answers, trial.answers)
	return all, nil
}

// append stores one append.
func (l *Log) append(a event.Append) (event.Appended, error) {
	if err := l.checkCondition(a.Condition); err != nil {
		return event.Appended{}, err
	}
	var first event.Appended
	begun := len(l.events)
	for n, stream := range a.Streams {
		appended, err := l.appendStream(a.Identity, begun, stream)
		if err != nil {
			return event.Appended{}, err
		}
		if n == 0 {
			first = appended
		}
	}
	if appended := len(l.events); len(a.Streams[0].Events) > 0 {
		first.Position = int64(appended)
	} else if a.Once != nil {
		first.Position = a.Once.Position
	}
	if a.Once != nil {
		l.answers[a.Once.Key] = event.Answered{Appended: first, Fingerprint: append([]byte{}, a.Once.Fingerprint...)}
	}
	return first, nil
}

// checkCondition returns event.ErrConflict if an event matches the condition.
func (l *Log) checkCondition(c *event.Condition) error {
	if c == nil {
		return nil
	}
	if err := c.Check(); err != nil {
		return err
	}
	if c.Last != uuid.Nil && (c.After > int64(len(l.events)) || c.After < 1 || l.events[c.After-1].event.ID != c.Last) {
		return fmt.Errorf("%w: another event is at position %d", event.ErrConflict, c.After)
	}
	if c.After > int64(len(l.events)) {
		return fmt.Errorf("%w: the log ends before position %d", event.ErrConflict, c.After)
	}
	behind := make([]int, len(c.Items))
	for _, e := range l.events[c.After:] {
		if c.Matches(e.event.Type, e.tags) {
			return fmt.Errorf("%w: position %d", event.ErrConflict, e.event.Position)
		}
		for i, item := range c.Items {
			if !slices.Contains(e.tags, item.Tags[0]) {
				continue
			}
			if behind[i]++; behind[i] > event.MaxBehind {
				return fmt.Errorf("%w: too many events are behind position %d", event.ErrConflict, c.After)
			}
		}
	}
	return nil
}

// appendStream adds events to one stream.
func (l *Log) appendStream(identity uuid.UUID, begun int, stream event.StreamAppend) (event.Appended, error) {
	appended := event.Appended{StreamID: stream.ID}
	for _, e := range l.events {
		if e.event.StreamID == stream.ID {
			if e.event.StreamType != stream.Type {
				return appended, event.ErrOtherStream
			}
			appended.Version, appended.Position = e.event.Version, e.event.Position
		}
	}
	if stream.Expected != event.AnyVersion && stream.Expected != appended.Version {
		return appended, event.ErrConflict
	}
	for _, e := range stream.Events {
		var tags []string
		if tagged, ok := e.(event.Tagged); ok {
			tags = tagged.Tags()
		}
		if err := event.CheckTags(tags); err != nil {
			return appended, err
		}
		appended.Version++
		appended.Position, appended.EventID = int64(len(l.events)+1), uuid.New()
		if identity != uuid.Nil {
			appended.EventID = event.DeriveID(identity, len(l.events)-begun)
		}
		if slices.ContainsFunc(l.events, func(e recorded) bool { return e.event.ID == appended.EventID }) {
			return appended, event.ErrRecorded
		}
		l.events = append(l.events, recorded{tags: tags, event: event.Recorded{
			Position: appended.Position, StreamType: stream.Type, StreamID: stream.ID, Version: appended.Version,
			ID: appended.EventID, Type: e.EventType(), SchemaVersion: e.SchemaVersion(), Event: e,
		}})
	}
	return appended, nil
}
