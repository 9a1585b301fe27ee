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

// ofEveryRequest returns the handlers that each request passes, in this order, whatever its route.
func (s *Stack) ofEveryRequest() chi.Middlewares {
	return chi.Middlewares{
		request.Identify,            // first: every line and answer from here on names the request
		s.observer.Observe,          // around the others: each answer is counted, also one by a limit or after a panic
		observe.Recover(s.failures), // right inside: the 500 of a panic in any of the others is counted, too
		secure,                      // before anything answers: a refusal has these headers as well
		s.epochs.Tell,               // before anything reads: an answer names the epoch that was known when the request came
		s.addresses.Limit,           // before the routing and the token: a flood costs nothing but this
		s.failures.NoEmptySegment,   // before the routing, which would take an empty segment for an id
		middleware.GetHead,          // last, as it changes the routing: HEAD goes where GET does
	}
}

// ofEveryOperation returns the handlers that a request passes next, in this order, if its route is
// an operation's.
func (s *Stack) ofEveryOperation() chi.Middlewares {
	return chi.Middlewares{
		s.contract.Find,     // first: the others use what the contract says about the operation
		s.epochs.Correct,    // once a query by POST is known to be a query, and before a refusal is answered
		s.callers.Authorize, // before anything else of the request is read: a stranger costs only a token's check
		s.contract.Receive,  // before the place: a client that sends its body slowly takes none
		s.turns.Admit,       // before the check, which costs time: refusals must leave some for the accepted work
		s.contract.Check,    // before the operation, which may rely on the contract
		s.epochs.Check,      // after the check, so that Log-Epoch has its form: the query may have to wait
	}
}

// Handler returns the whole API: the stack, and behind it the operations, which mount adds to a
// router. It fails if a route has no rule in the contract.
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
		router.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(s.options.Metrics, promhttp.HandlerOpts{}))
	}
	if !s.options.WithoutDocs {
		docs.Mount(router, s.options.Contract.Text, s.options.Issuer)
	}
	mount(router.With(s.ofEveryOperation()...))
	return router
}
