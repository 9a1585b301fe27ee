package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// server has a method for every operation of the contract.
type server struct {
	Options
	metrics    metrics
	operations map[string]operation // by method and route pattern
	subjects   *rates
	addresses  *rates
	commands   *queue
	queries    *queue
	waits      gate

	subjectRequests, addressRequests *shares
	subjectWaits, addressWaits       *shares

	refusedSubjects, refusedStrangers refusals // that are logged
}

// New returns the whole API, or an error if the contract can't be served.
func New(options Options) (http.Handler, error) {
	s, err := newServer(options)
	if err != nil {
		return nil, err
	}
	router := s.routes()
	return router, s.checkRules(router)
}

func newServer(options Options) (*server, error) {
	if options.Check == nil {
		return nil, errors.New("no check of tokens: who lets everybody in says so, by auth.Anybody")
	}
	s := &server{Options: options.withDefaults()}
	s.metrics = newMetrics(s.Metrics, func() float64 { return float64(s.waits.inside.Load()) })
	s.refusedSubjects, s.refusedStrangers = newRefusals(), newRefusals()
	s.subjects, s.addresses = newRates(s.Limits.Subject), newRates(s.Limits.Address)
	s.commands = newQueue(s.MaxCommands, 4*s.MaxCommands, s.MaxQueueTime, s.Limits, s.metrics.queued.WithLabelValues("commands"))
	s.queries = newQueue(s.MaxQueries, s.MaxQueries/2, s.MaxQueueTime, s.Limits, s.metrics.queued.WithLabelValues("queries"))
	s.waits.most = int64(s.MaxWaits)
	s.subjectRequests, s.addressRequests = newShares(s.Limits.SubjectRequests), newShares(s.Limits.AddressRequests)
	s.subjectWaits, s.addressWaits = newShares(s.Limits.SubjectWaits), newShares(s.Limits.AddressWaits)
	var err error
	if s.operations, err = operations(); err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	return s, nil
}

func (s *server) routes() *chi.Mux {
	checked := contract{fail: s.fail, fingerprintKey: s.FingerprintKey}
	router := chi.NewRouter()
	router.Use(s.identify, s.observe, s.recoverPanics, secure, s.tellEpoch, s.limitAddresses, s.noEmptySegment, middleware.GetHead)
	router.NotFound(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNoRoute) })
	router.MethodNotAllowed(s.methodNotAllowed)
	router.Get("/healthz", healthy)
	if s.Probes {
		router.Get("/readyz", s.ready)
		router.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
	}
	if !s.WithoutDocs {
		mountDocs(router, s.Issuer)
	}
	HandlerWithOptions(s.strict(), ChiServerOptions{
		BaseRouter:       router.With(s.authorize, checked.receive, s.admit, checked.check, s.checkEpoch),
		ErrorHandlerFunc: s.failBinding,
	})
	return router
}

// noEmptySegment turns away what the router would take for an id that is empty.
func (s *server) noEmptySegment(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "//") {
			s.fail(w, r, errNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// methodNotAllowed answers a method that the path does not know. The router also calls
// it for a method that it does not know itself, on any path.
func (s *server) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	if allowed(r) == "" {
		s.fail(w, r, errNoRoute)
		return
	}
	s.fail(w, r, errMethod)
}

// strict is the generated server. Both of its error handlers are set: its own
// would answer with an error's text.
func (s *server) strict() ServerInterface {
	return NewStrictHandlerWithOptions(s, []StrictMiddlewareFunc{s.readInEpoch}, StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  s.failBinding,
		ResponseErrorHandlerFunc: s.fail,
	})
}

// failBinding answers a request that passed the contract and that the generated
// code still can't bind.
func (s *server) failBinding(w http.ResponseWriter, r *http.Request, err error) {
	s.Logger.WarnContext(r.Context(), "request passed the contract and can't be bound",
		"request_id", requestOf(r.Context()).id, "error", err)
	s.fail(w, r, invalid{{Field: "request", Rule: new("shape"), Detail: "does not have the shape that the contract asks for"}})
}
