package edge

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/event"
)

// request is what the middleware knows of a request.
type request struct {
	id            string
	correlationID string
	traceparent   string
	url           *url.URL
	answer        http.Header        // the answer's, until it is written
	body          []byte             // whole, where the operation has one; set before it has its turn
	fingerprint   []byte             // of method, path and body; set when it has an Idempotency-Key
	operation     contract.Operation // the contract's; zero before routing and for other routes
	caller        auth.Caller
	reason        string // that the token was refused for; "": it was not
	from          netip.Addr
	address       string           // of the client, for what is bounded by address; "" has no bound
	place         *admission.Queue // that it runs in a place of; nil: none
	outcome       string           // "" (done), "replayed" or a problem's code
	shown         []uuid.UUID      // streams of which the answer shows what is personal
}

// leave gives the request's place back, if it has one.
func (r *request) leave() {
	if r.place != nil {
		r.place.Leave(r.client())
		r.place = nil
	}
}

func (r *request) client() admission.Client {
	return admission.Client{Subject: r.caller.Subject, Address: r.address}
}

// changes says whether it is a command: by its operation, or by its method while that is not known.
func (r *request) changes(method string) bool { return changes(method) && !r.operation.Reads }

type requestKey struct{}

// requestOf returns the request that ctx belongs to. It is never nil below identify.
func requestOf(ctx context.Context) *request {
	r, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		return &request{answer: http.Header{}, url: &url.URL{}}
	}
	return r
}

// metadata is what the request's events will remember of it.
func (r *request) metadata() event.Metadata {
	return event.Metadata{CorrelationID: r.correlationID, CausationID: r.id, Actor: r.caller.Subject, Traceparent: r.traceparent}
}

// identify names the request. What a client calls it is not remembered: events stay for good, and
// two clients could call theirs the same.
func (s *Stack) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, &request{
			id:            id,
			correlationID: correlationID(r.Header.Get("X-Correlation-Id"), id),
			traceparent:   traceparent(r.Header.Get("Traceparent")),
			url:           r.URL,
			answer:        w.Header(),
		})))
	})
}

// correlationID returns the header in small letters if it is a UUID. Any other text could say
// something of a person, and events can't forget it.
func correlationID(header, otherwise string) string {
	const size = len("0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b")
	id, err := uuid.Parse(header)
	if err != nil || len(header) != size { // it parses other forms, too
		return otherwise
	}
	return id.String()
}

var traceparentForm = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traceparent returns the header if it is valid under W3C Trace Context, else "".
// A later version may have more fields than ours; they are dropped.
func traceparent(header string) string {
	const size = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if len(header) < size || (len(header) > size && (header[:2] == "00" || header[size] != '-')) {
		return ""
	}
	header = header[:size]
	if !traceparentForm.MatchString(header) || header[:2] == "ff" ||
		header[3:35] == "00000000000000000000000000000000" || header[36:52] == "0000000000000000" {
		return ""
	}
	return header
}
