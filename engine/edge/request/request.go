package request

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/queue"
	"example.com/pgcqrs/engine/event"
)

// Request is what the handlers of the edge know about a request.
type Request struct {
	ID            string
	correlationID string
	traceparent   string
	URL           *url.URL
	Accept        string             // header: the forms that the client takes
	Answer        http.Header        // headers of the answer, until it is written
	Body          []byte             // whole, if the operation has one; set before the request gets its place
	Fingerprint   []byte             // of method, path and body; set when it has an Idempotency-Key
	Operation     contract.Operation // of the contract; zero before routing and for other routes
	Caller        auth.Caller
	Reason        string // why the token was refused; "": it was not
	From          netip.Addr
	Address       string       // of the client, for bounds by address; "": no bound
	Place         *queue.Queue // queue in which it has a place; nil: none
	Outcome       string       // "": done; "replayed", or a problem's code
	Shown         []uuid.UUID  // streams whose personal data the answer shows
}

// Leave gives the request's place back, if it has one.
func (r *Request) Leave() {
	if r.Place != nil {
		r.Place.Leave(r.Client())
		r.Place = nil
	}
}

// Client returns the sender of the request, for bounds.
func (r *Request) Client() queue.Client {
	return queue.Client{Subject: r.Caller.Subject, Address: r.Address}
}

// IsCommand reports whether a method is that of commands, and of queries with a body.
func IsCommand(method string) bool { return method == http.MethodPost || method == http.MethodDelete }

// Changes reports whether the request is a command: by its operation, or, while that is not known,
// by its method.
func (r *Request) Changes(method string) bool { return IsCommand(method) && !r.Operation.Reads }

type requestKey struct{}

// Of returns the request that ctx belongs to. It is never nil after Identify.
func Of(ctx context.Context) *Request {
	r, ok := ctx.Value(requestKey{}).(*Request)
	if !ok {
		return &Request{Answer: http.Header{}, URL: &url.URL{}}
	}
	return r
}

// Metadata returns what the request's events store about it.
func (r *Request) Metadata() event.Metadata {
	return event.Metadata{CorrelationID: r.correlationID, CausationID: r.ID, Actor: r.Caller.Subject, Traceparent: r.traceparent}
}

// Who returns the attributes that identify the request and its sender: the address, as far as
// proxies are trusted to know it, and the subject, once the token has been accepted.
func (r *Request) Who() []slog.Attr {
	attributes := []slog.Attr{slog.String("request_id", r.ID)}
	if r.From.IsValid() {
		attributes = append(attributes, slog.String("address", r.From.String()))
	}
	if r.Caller.Subject != "" {
		attributes = append(attributes, slog.String("subject", r.Caller.Subject))
	}
	return attributes
}

// Show notes that the answer shows personal data of a stream.
func (r *Request) Show(id uuid.UUID) {
	if !slices.Contains(r.Shown, id) { // a query may be run again
		r.Shown = append(r.Shown, id)
	}
}
