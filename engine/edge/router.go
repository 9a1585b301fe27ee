package edge

import (
	"errors"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
)

// Stack is what every request passes before its operation, and every answer after it.
type Stack struct {
	Options
	metrics   metrics
	subjects  *admission.Rates
	addresses *admission.Rates
	commands  *admission.Queue
	queries   *admission.Queue
	waits     admission.Gate

	subjectRequests, addressRequests *admission.Shares
	subjectWaits, addressWaits       *admission.Shares

	refusedSubjects, refusedStrangers refusals // that are logged
}

// New returns a stack that nothing passes yet.
func New(options Options) (*Stack, error) {
	if options.Check == nil {
		return nil, errors.New("no check of tokens: who lets everybody in says so, by auth.Anybody")
	}
	if options.Contract == nil {
		return nil, errors.New("no contract: there is nothing to hold requests to")
	}
	s := &Stack{Options: options.withDefaults()}
	s.waits.Most = int64(s.MaxWaits)
	s.metrics = newMetrics(s.Metrics, func() float64 { return float64(s.waits.Inside()) })
	s.refusedSubjects, s.refusedStrangers = newRefusals(), newRefusals()
	s.subjects, s.addresses = admission.NewRates(s.Limits.Subject), admission.NewRates(s.Limits.Address)
	s.commands = admission.NewQueue(s.MaxCommands, 4*s.MaxCommands, s.MaxQueueTime, s.Limits, s.metrics.queued.WithLabelValues("commands"))
	s.queries = admission.NewQueue(s.MaxQueries, s.MaxQueries/2, s.MaxQueueTime, s.Limits, s.metrics.queued.WithLabelValues("queries"))
	s.subjectRequests, s.addressRequests = admission.NewShares(s.Limits.SubjectRequests), admission.NewShares(s.Limits.AddressRequests)
	s.subjectWaits, s.addressWaits = admission.NewShares(s.Limits.SubjectWaits), admission.NewShares(s.Limits.AddressWaits)
	return s, nil
}

// Handler returns the whole API: the operations, which mount adds to a router, behind the stack. It fails where a route has
// no rule in the contract.
func (s *Stack) Handler(mount func(operations chi.Router)) (http.Handler, error) {
	router := s.routes(mount)
	return router, s.checkRules(router)
}

func (s *Stack) routes(mount func(operations chi.Router)) *chi.Mux {
	router := chi.NewRouter()
	router.Use(s.identify, s.observe, s.recoverPanics, secure, s.tellEpoch, s.limitAddresses, s.noEmptySegment, middleware.GetHead)
	router.NotFound(func(w http.ResponseWriter, r *http.Request) { s.Fail(w, r, problem.ErrNoRoute) })
	router.MethodNotAllowed(s.methodNotAllowed)
	router.Get("/healthz", healthy)
	if s.Probes {
		router.Get("/readyz", s.ready)
		router.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
	}
	if !s.WithoutDocs {
		mountDocs(router, s.Contract.Text, s.Issuer)
	}
	mount(router.With(s.authorize, s.receive, s.admit, s.check, s.checkEpoch))
	return router
}

// noEmptySegment turns away what the router would take for an id that is empty.
func (s *Stack) noEmptySegment(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "//") {
			s.Fail(w, r, problem.ErrNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// methodNotAllowed answers a method that the path does not know. The router also calls
// it for a method that it does not know itself, on any path.
func (s *Stack) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	if allowed(r) == "" {
		s.Fail(w, r, problem.ErrNoRoute)
		return
	}
	s.Fail(w, r, problem.ErrMethod)
}

// FailBinding answers a request that passed the contract and that the generated
// code still can't bind.
func (s *Stack) FailBinding(w http.ResponseWriter, r *http.Request, err error) {
	s.Logger.WarnContext(r.Context(), "request passed the contract and can't be bound",
		"request_id", requestOf(r.Context()).id, "error", err)
	s.Fail(w, r, problem.Invalid{{Field: "request", Rule: new("shape"), Detail: "does not have the shape that the contract asks for"}})
}
