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

// Request is what the handlers of the edge know of a request.
type Request struct {
	ID            string
	correlationID string
	traceparent   string
	URL           *url.URL
	Accept        string             // the forms that the client takes
	Answer        http.Header        // the answer's, until it is written
	Body          []byte             // whole, where the operation has one; set before it has its turn
	Fingerprint   []byte             // of method, path and body; set when it has an Idempotency-Key
	Operation     contract.Operation // the contract's; zero before routing and for other routes
	Caller        auth.Caller
	Reason        string // that the token was refused for; "": it was not
	From          netip.Addr
	Address       string       // of the client, for what is bounded by address; "" has no bound
	Place         *queue.Queue // that it runs in a place of; nil: none
	Outcome       string       // "" (done), "replayed" or a problem's code
	Shown         []uuid.UUID  // streams of which the answer shows what is personal
}

// Leave gives the request's place back, if it has one.
func (r *Request) Leave() {
	if r.Place != nil {
		r.Place.Leave(r.Client())
		r.Place = nil
	}
}

// Client returns who it comes from, for what is bounded by that.
func (r *Request) Client() queue.Client {
	return queue.Client{Subject: r.Caller.Subject, Address: r.Address}
}

// IsCommand says whether a method is that of commands, and of queries that have a body.
func IsCommand(method string) bool { return method == http.MethodPost || method == http.MethodDelete }

// Changes says whether it is a command: by its operation, or by its method while that is not known.
func (r *Request) Changes(method string) bool { return IsCommand(method) && !r.Operation.Reads }

type requestKey struct{}

// Of returns the request that ctx belongs to. It is never nil below Identify.
func Of(ctx context.Context) *Request {
	r, ok := ctx.Value(requestKey{}).(*Request)
	if !ok {
		return &Request{Answer: http.Header{}, URL: &url.URL{}}
	}
	return r
}

// Metadata returns what the request's events will remember of it.
func (r *Request) Metadata() event.Metadata {
	return event.Metadata{CorrelationID: r.correlationID, CausationID: r.ID, Actor: r.Caller.Subject, Traceparent: r.traceparent}
}

// Who returns the attributes that say which request it is and who has sent it: the address, as far as proxies
// are trusted to know it, and the subject, once the token was found good.
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

// Show notes that the answer shows what is personal in a stream.
func (r *Request) Show(id uuid.UUID) {
	if !slices.Contains(r.Shown, id) { // a query may be run again
		r.Shown = append(r.Shown, id)
	}
}
