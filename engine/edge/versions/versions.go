package versions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
	"example.com/pgcqrs/engine/feed/ring"
)

// Row is the row of a read model about one stream, together with the data for an answer's headers.
type Row struct {
	Body     any    // the row, which is encoded as JSON
	Tag      string // entity tag, which changes with each version of the row
	Position int64  // position that the row reflects
	Parked   int64  // position at which the read model has parked the stream; 0: not parked
	Personal bool   // whether the row has personal data, so that no cache may store it
}

// Read reads the row for the caller of a request. If Read fails, Position may still be set.
type Read func(ctx context.Context) (Row, error)

// Rows answers a request for a row of a read model: the answer has the row, and then each later
// version of the row.
type Rows struct {
	Feed    *feed.Feed
	Answers *live.Answers
	Within  time.Duration                                   // time limit of Read
	Wait    func(ctx context.Context, position int64) error // waits until the read model has reached the position
}

// Answer returns a streaming answer, which first sends the given row, and then each later version
// of the row. After each event of the stream, the answer waits until the read model has applied the
// event, and reads the row again. While the stream is parked, the answer also reads the row at
// intervals, because an operator who repairs the row appends no event.
func (r Rows) Answer(ctx context.Context, stream uuid.UUID, first Row, read Read) *live.Answer {
	return r.Answers.New(ctx, live.Events, func() live.Source {
		return &source{rows: r, events: r.Feed.Subscribe(ring.OfStream(stream), nil, first.Position), row: first, read: read}
	})
}

// source supplies the versions of a row for a streaming answer.
type source struct {
	rows   Rows
	events live.Subscription
	read   Read
	row    Row   // the newest version
	begun  bool  // the first version was sent
	due    int64 // position of the stream's last event, which the row has to reflect
	told   int64 // the client was told that the row reflects this position
}

// Next passes the row to the function send (see live.Source), but only if the row has changed.
// While the stream has no new event, an old row is still current, so Next returns the position up
// to which the subscription has read the log. After a new event, Next reads the row again. The read
// model may be late, so the position of that row may be lower than the position that Next has
// returned before. In this case Next returns the earlier, higher position again: the position never
// goes back.
func (v *source) Next(ctx context.Context, within time.Duration, form live.Form, send func([]byte)) (count int, position int64, err error) {
	count, position, err = v.next(ctx, within, form, send)
	v.told = max(v.told, position)
	return count, v.told, err
}

func (v *source) next(ctx context.Context, within time.Duration, form live.Form, send func([]byte)) (count int, position int64, err error) {
	if !v.begun {
		v.begun = true
		return v.send(Row{}, form, send)
	}
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if v.due <= v.row.Position {
		events, position, err := v.events.Next(waiting)
		switch {
		case err != nil, len(events) == 0 && v.row.Parked == 0:
			return 0, max(v.row.Position, position), err
		case len(events) > 0:
			v.due = events[len(events)-1].Recorded.Position
		}
	}
	if v.due > v.row.Position {
		if reached, err := v.await(ctx, waiting); err != nil || !reached {
			return 0, v.row.Position, err
		}
	}
	return v.again(ctx, form, send)
}

// slice is the longest wait for the read model before the source checks whether its subscription
// has ended. If the read model applies no events, the wait lasts until its time limit. Meanwhile
// the subscription may end, because the process ends or because the log has lost events.
const slice = 250 * time.Millisecond

// await waits until the read model has reached v.due, and then returns true. If the context waiting
// ends first, await returns false. If ctx or the subscription ends first, await returns an error.
func (v *source) await(ctx, waiting context.Context) (reached bool, err error) {
	for waiting.Err() == nil {
		part, cancel := context.WithTimeout(waiting, slice)
		err := v.rows.Wait(part, v.due)
		if errors.Is(err, event.ErrBeyondLog) { // the read model can't reach v.due within the slice
			<-part.Done()
		}
		over := part.Err() != nil
		cancel()
		if err == nil || !over {
			return err == nil, err
		}
		events, _, err := v.events.Next(part) // part has ended, so Next returns without a wait
		if err != nil && ctx.Err() == nil {
			return false, err
		}
		if len(events) > 0 {
			v.due = events[len(events)-1].Recorded.Position
		}
	}
	return false, ctx.Err()
}

// again reads the row, and passes a changed row to the function send. A row that is older than the
// last sent row is not sent. Such a row may come from a replica that is further behind.
func (v *source) again(ctx context.Context, form live.Form, send func([]byte)) (count int, position int64, err error) {
	reading, cancel := context.WithTimeout(ctx, v.rows.Within)
	defer cancel()
	row, err := v.read(reading)
	if err != nil || row.Position < v.row.Position {
		return 0, v.row.Position, err
	}
	before := v.row
	v.row = row
	return v.send(before, form, send)
}

// send compares the row with its previous version. If the row has changed, send passes it to the
// given function. If the stream was parked after the previous version of the row was read, send
// also passes a text that says so.
func (v *source) send(before Row, form live.Form, send func([]byte)) (count int, position int64, err error) {
	if v.row.Tag != before.Tag {
		body, err := json.Marshal(v.row.Body)
		if err != nil {
			return 0, before.Position, fmt.Errorf("encode row: %w", err)
		}
		send(form.RowOf(v.row.Position, "row", body))
		count++
	}
	if v.row.Parked != before.Parked && v.row.Parked > 0 {
		send(form.RowOf(v.row.Position, "parked", []byte(`{"parked_position":"`+strconv.FormatInt(v.row.Parked, 10)+`"}`)))
		count++
	}
	return count, v.row.Position, nil
}

// Close ends the subscription to the stream's events.
func (v *source) Close() { v.events.Close() }

// Live reports whether the client prefers a streaming answer (server-sent events with each version
// of a row) to an answer with the row alone.
func Live(ctx context.Context) (bool, error) {
	form, err := live.FormOf(request.Of(ctx).Accept, live.Page, live.Events)
	return form == live.Events, err
}
