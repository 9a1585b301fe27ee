package edge

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/pgcqrs/engine/edge/access"
	"example.com/pgcqrs/engine/edge/docs"
	"example.com/pgcqrs/engine/edge/observe"
	"example.com/pgcqrs/engine/edge/request"
)

// ofEveryRequest returns the handlers that each request passes, in this order, no matter which
// route it has.
func (s *Stack) ofEveryRequest() chi.Middlewares {
	return chi.Middlewares{
		request.Identify,            // first: every log line and every answer from here on has the request's id
		s.observer.Observe,          // around the other handlers: Observe counts each answer, also the answer of a limit or after a panic
		observe.Recover(s.failures), // right inside Observe: the answer 500 after a panic is counted, too
		secure,                      // before any handler that answers: a refusal has these headers, too
		s.epochs.Tell,               // before any handler that reads: an answer names the epoch that was known when the request arrived
		s.addresses.Limit,           // before the routing and the token: a request over the limit costs only this handler
		s.failures.NoEmptySegment,   // before the routing, which would use an empty segment as an id
		middleware.GetHead,          // last, because it changes the routing: HEAD uses the route of GET
	}
}

// ofEveryOperation returns the handlers that a request passes after the handlers of ofEveryRequest,
// in this order, if its route has an operation.
func (s *Stack) ofEveryOperation() chi.Middlewares {
	return chi.Middlewares{
		s.contract.Find,     // first: the other handlers use the part of the contract about the operation
		s.epochs.Correct,    // after contract.Find, which shows whether a POST is a query, and before any handler that refuses requests
		s.callers.Authorize, // before the body is read: a caller without a valid token costs only the check of the token
		s.contract.Receive,  // before the request gets its slot: a client that sends its body slowly uses no slot
		s.turns.Admit,       // before the check, which takes time: under overload, requests are refused without a check
		s.contract.Check,    // before the operation, which relies on the contract
		s.epochs.Check,      // after contract.Check, which has checked the form of Log-Epoch; in s.epochs.Check, the query may have to wait
	}
}

// Handler returns the HTTP handler of the whole API: the stack of handlers, and the operations. The
// function mount adds the operations to a router. Handler fails if a route requires no scope and is
// not in access.Open.
func (s *Stack) Handler(mount func(operations chi.Router)) (http.Handler, error) {
	router := s.routes(mount)
	return router, access.CheckRules(router, s.options.Contract, s.options.Scopes)
}

func (s *Stack) routes(mount func(operations chi.Router)) *chi.Mux {
	router := chi.NewRouter()
	router.Use(s.ofEveryRequest()...)
	router.NotFound(s.failures.NoRoute)
	router.MethodNotAllowed(s.failures.MethodNotAllowed)
	router.Get("/healthz", healthy)
	if s.options.Probes {
		router.Get("/readyz", s.ready)
		router.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(s.options.Metrics, promhttp.HandlerOpts{EnableOpenMetrics: true})) // only this form has exemplars
	}
	if !s.options.WithoutDocs {
		docs.Mount(router, s.options.Contract.Text, s.options.Issuer)
	}
	mount(router.With(s.ofEveryOperation()...))
	return router
}
