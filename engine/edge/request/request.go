package request

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/queue"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/tracing"
)

// Request has what the handlers of engine/edge know about a request.
type Request struct {
	ID            string
	correlationID string
	traceparent   string // of the request's span, if it is sampled, and otherwise the client's
	TraceID       string // id of the trace of the request; "": there is none
	URL           *url.URL
	Accept        string             // header Accept: the forms of an answer that the client accepts
	Head          bool               // the client gets only the header of the answer
	Answer        http.Header        // headers of the answer; they can be changed until the answer is written
	Body          []byte             // the whole body, if the operation has one; set before the request gets its slot
	Fingerprint   []byte             // HMAC of method, path and body; set if the request has an Idempotency-Key
	Operation     contract.Operation // operation of the contract; zero before the routing and for routes without an operation
	Caller        auth.Caller
	Reason        string // why the token was refused; "": it was not refused
	From          netip.Addr
	Address       string       // name of the client's address for limits; "": no limit by address
	Place         *queue.Queue // queue in which the request has a slot; nil: it has no slot
	Outcome       string       // "": done; otherwise "replayed", the code of a problem, or BrokenOff
	Shown         []uuid.UUID  // streams whose personal data the answer shows, and which no log line has named yet
	Named         func()       // writes the log line about Shown before the end of the request; nil: there is none
	Streaming     bool         // the answer continues for as long as the client reads; Stream sets it
	Begun         func()       // writes the log line about the beginning of a streaming answer; nil: there is none
	named         map[uuid.UUID]bool
	AsOperator    bool // whether the answer shows more because the caller has the scope operate

	LogSubject func(subject string) string // returns the hash that log lines have instead of the subject; nil: they have the subject
}

// BrokenOff is the outcome of a request whose handler has failed after a part of the answer was
// sent.
const BrokenOff = "broken_off"

// Stream records that the answer continues for as long as the client reads, and logs its beginning.
func (r *Request) Stream() {
	r.Streaming = true
	if r.Begun != nil {
		r.Begun()
	}
}

// Leave frees the request's execution slot. If the request has no slot, Leave does nothing.
func (r *Request) Leave() {
	if r.Place != nil {
		r.Place.Leave(r.Client())
		r.Place = nil
	}
}

// Client returns the sender of the request. The number of slots of each sender is limited.
func (r *Request) Client() queue.Client {
	return queue.Client{Subject: r.Caller.Subject, Address: r.Address}
}

// IsCommand reports whether the HTTP method is one that commands use. Some queries use such a
// method, too, because they have a body.
func IsCommand(method string) bool { return method == http.MethodPost || method == http.MethodDelete }

// Changes reports whether the request is a command. If the operation is known, the operation
// decides this. Otherwise the HTTP method decides.
func (r *Request) Changes(method string) bool { return IsCommand(method) && !r.Operation.Reads }

type requestKey struct{}

// Of returns the Request in ctx. If ctx has no Request, because Identify has not run, Of returns an
// empty Request.
func Of(ctx context.Context) *Request {
	r, ok := ctx.Value(requestKey{}).(*Request)
	if !ok {
		return &Request{Answer: http.Header{}, URL: &url.URL{}}
	}
	return r
}

// Metadata returns the metadata that is stored with each event of the request.
func (r *Request) Metadata() event.Metadata {
	return event.Metadata{CorrelationID: r.correlationID, CausationID: r.ID, Actor: r.Caller.Subject, Traceparent: r.traceparent}
}

// Trace records that the request is traced by a span. If the span is sampled, the events of the
// request get its traceparent, instead of the client's.
func (r *Request) Trace(span trace.SpanContext) {
	r.TraceID = span.TraceID().String()
	if sampled := tracing.Traceparent(span); sampled != "" {
		r.traceparent = sampled
	}
}

// Parent returns the client's span, which the header traceparent names. If the client has sent no
// such header, the result is not valid.
func (r *Request) Parent() trace.SpanContext { return tracing.Parse(r.traceparent) }

// mostAttributes is the number of attributes that a line of the access log may have.
const mostAttributes = 11

// IDs returns the log attributes with the ids of the request and of its trace, if it has one.
func (r *Request) IDs() []slog.Attr {
	attributes := make([]slog.Attr, 0, mostAttributes)
	attributes = append(attributes, slog.String("request_id", r.ID))
	if r.TraceID != "" {
		attributes = append(attributes, slog.String("trace_id", r.TraceID))
	}
	return attributes
}

// Who returns the log attributes that identify the request and its sender: the client's address
// (see admission.Limits.AddressOf), the subject or its hash if the token was accepted, and the id of
// the trace if there is one.
func (r *Request) Who() []slog.Attr {
	attributes := r.IDs()
	if r.From.IsValid() {
		attributes = append(attributes, slog.String("address", r.From.String()))
	}
	switch {
	case r.Caller.Subject == "":
	case r.LogSubject != nil:
		attributes = append(attributes, slog.String("subject_hash", r.LogSubject(r.Caller.Subject)))
	default:
		attributes = append(attributes, slog.String("subject", r.Caller.Subject))
	}
	return attributes
}

// Show records that the answer shows personal data of a stream. The log line about reads of
// personal data names the stream.
func (r *Request) Show(id uuid.UUID) {
	if !r.named[id] && !slices.Contains(r.Shown, id) { // a query may be run again
		r.Shown = append(r.Shown, id)
	}
}

// mostNamed is the number of streams after which a streaming answer forgets which streams its log
// lines have named. A later log line may then name a stream a second time.
const mostNamed = 1000

// Name writes the log line about the streams in Shown while a streaming answer continues. An answer
// may last for hours. If the log line were written only at the end of the answer, the list Shown
// would grow until then, and a crash of the process would lose the list.
func (r *Request) Name() {
	if len(r.Shown) == 0 || r.Named == nil {
		return
	}
	r.Named()
	if len(r.named) > mostNamed || r.named == nil {
		r.named = make(map[uuid.UUID]bool)
	}
	for _, id := range r.Shown {
		r.named[id] = true
	}
	r.Shown = nil
}
