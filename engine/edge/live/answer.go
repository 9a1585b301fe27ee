package live

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
)

// Source supplies the texts of a streaming answer: one text for each event or row.
type Source interface {
	// Next passes the next texts to the function send. Next returns the number of texts, and the log
	// position up to which the client now has all texts. If no text comes within the given time, the
	// number is 0. Any error ends the answer; ErrComplete says that the client has everything that it
	// asked for.
	Next(ctx context.Context, within time.Duration, form Form, send func(text []byte)) (count int, position int64, err error)
	Close()
}

// Answer is one streaming answer.
type Answer struct {
	answers   *Answers
	ctx       context.Context //nolint:containedctx // the request's context: the answer is written after the operation has returned
	form      Form
	subscribe func() Source
}

// New returns an answer. The answer counts as open only while its method Write runs, so a caller
// may drop an answer without calling Write. The function subscribe returns the answer's source.
func (a *Answers) New(ctx context.Context, form Form, subscribe func() Source) *Answer {
	return &Answer{a, ctx, form, subscribe}
}

// flushAt is the number of buffered bytes at which a sender sends its buffer.
const flushAt = 32 << 10

// Write sends events until the caller's token expires, the source returns an error, or the client
// does not read any more. If too many answers are open, Write returns an error, and writes nothing.
func (o *Answer) Write(w http.ResponseWriter) error {
	leave, err := o.answers.enter(o.ctx)
	if err != nil {
		return err
	}
	defer leave()
	source := o.subscribe()
	defer source.Close()
	header := w.Header()
	header.Set("Content-Type", o.form.mediaType())
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // otherwise nginx would buffer the answer
	known := request.Of(o.ctx)
	if known.Head {
		return nil
	}
	known.Stream()
	s := &sender{w: w, control: http.NewResponseController(w), within: o.answers.bounds.WriteTimeout}
	_ = s.control.SetReadDeadline(time.Time{}) // otherwise the read deadline of the request would end the answer
	ctx, cancel := o.untilExpiry()
	defer cancel()
	why := o.send(ctx, source, s)
	o.answers.ends.WithLabelValues(why).Inc()
	return nil
}

// untilExpiry returns a context that ends with the request, or when the caller's token expires.
func (o *Answer) untilExpiry() (context.Context, context.CancelFunc) {
	if expires := request.Of(o.ctx).Caller.Expires; !expires.IsZero() {
		return context.WithDeadlineCause(o.ctx, expires, auth.ErrBadToken)
	}
	return context.WithCancel(o.ctx)
}

// send sends events until the answer must end, and returns the reason for its end.
func (o *Answer) send(ctx context.Context, source Source, s *sender) (why string) {
	s.text(o.form.begin())
	last := time.Time{} // time of the last flush; zero: nothing was flushed yet
	for {
		count, position, err := source.Next(ctx, max(0, o.answers.bounds.Beat-time.Since(last)), o.form, s.text)
		switch {
		case s.failed != nil:
			return o.gaveUp(s, position)
		case ctx.Err() != nil:
			return o.end(s, position, context.Cause(ctx))
		case err != nil:
			return o.end(s, position, err)
		case count == 0:
			s.text(o.form.positionOf(position))
		}
		request.Of(o.ctx).Name()
		if s.flush(); s.failed != nil {
			return o.gaveUp(s, position)
		}
		last = time.Now()
	}
}

// gaveUp returns the reason why nothing more can be sent to the client. If the client reads too
// slowly, gaveUp also logs the position up to which events were sent.
func (o *Answer) gaveUp(s *sender, position int64) (why string) {
	if !errors.Is(s.failed, os.ErrDeadlineExceeded) {
		return "client gone"
	}
	o.answers.logger.LogAttrs(o.ctx, slog.LevelInfo, "a subscriber was too slow, and was cut off",
		append(request.Of(o.ctx).IDs(), slog.Int64("position", position))...)
	return "too slow"
}

// ErrComplete says that a source has supplied all texts that the request has asked for.
var ErrComplete = errors.New("complete")

// end tells the client why the answer ends, and returns the reason.
func (o *Answer) end(s *sender, position int64, err error) (why string) {
	code, detail := "unavailable", "The log can't be read now. Subscribe again after this position."
	switch {
	case o.ctx.Err() != nil:
		return "client gone"
	case errors.Is(err, ErrComplete):
		code, detail = "complete", "This is all that there was when the request came."
	case errors.Is(err, auth.ErrBadToken):
		code, detail = "token_expired", "The token has expired. Subscribe again after this position, with a new one."
	case errors.Is(err, feed.ErrDraining):
		code, detail = "draining", "This process ends. Subscribe again after this position; another one answers."
	case errors.Is(err, event.ErrLogChanged):
		code, detail = "log_changed", "The log has gone back: positions may be those of other events now. Read again from the beginning."
	default:
		if errors.Is(err, event.ErrUnknownEvent) {
			detail = "This process can't read an event after this position, perhaps because another version of the service has recorded it. Subscribe again after a pause; if that does not help, ask the operator: the log says which event it is."
		}
		o.answers.logger.LogAttrs(o.ctx, slog.LevelWarn, "a subscriber's events can't be read",
			append(request.Of(o.ctx).IDs(), slog.Int64("position", position), slog.Any("error", err))...)
	}
	s.text(o.form.endOf(position, code, detail))
	s.flush()
	return code
}

// sender collects texts and sends them together. If the client does not read the texts within a
// time limit, sending fails.
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
	within  time.Duration
	buffer  []byte
	failed  error
}

// text appends a text to the buffer, and sends the buffer if it has reached flushAt.
func (s *sender) text(text []byte) {
	s.buffer = append(s.buffer, text...)
	if len(s.buffer) >= flushAt {
		s.flush()
	}
}

func (s *sender) flush() {
	if s.failed == nil {
		_ = s.control.SetWriteDeadline(time.Now().Add(s.within))
		if _, s.failed = s.w.Write(s.buffer); s.failed == nil {
			s.failed = s.control.Flush()
		}
	}
	if s.buffer = s.buffer[:0]; cap(s.buffer) > 2*flushAt {
		s.buffer = nil
	}
}
