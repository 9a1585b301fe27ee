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

// ofEveryRequest are the handlers that each request passes, in this order, whatever it asks for.
func (s *Stack) ofEveryRequest() chi.Middlewares {
	return chi.Middlewares{
		request.Identify,            // first: whatever is logged or answered from here on names the request
		s.observer.Observe,          // around the others: each answer is counted, also one that a limit or a panic leads to
		observe.Recover(s.failures), // right inside: the 500 of a panic in any of the others is counted, too
		secure,                      // before anything answers: a refusal has these headers as well
		s.epochs.Tell,               // before anything reads: an answer is of the epoch that was known when the request came
		s.addresses.Limit,           // before the routing and the token: a flood costs nothing but this
		s.failures.NoEmptySegment,   // before the routing, which would take what is empty for an id
		middleware.GetHead,          // last, as it changes the routing: HEAD goes where GET does
	}
}

// ofEveryOperation are those that a request passes then, in this order, once it has its route, if that is an operation's.
func (s *Stack) ofEveryOperation() chi.Middlewares {
	return chi.Middlewares{
		s.contract.Find,     // first: the others ask what the contract says of the operation
		s.epochs.Correct,    // now that a query by POST is known for one, and before a refusal is answered
		s.callers.Authorize, // before anything else of the request is looked at: strangers cost a token's check
		s.contract.Receive,  // before the turn: a client that sends its body slowly waits without a place
		s.turns.Admit,       // before the check, which costs: what is refused must leave something for what is done
		s.contract.Check,    // before the operation, which may rely on the contract
		s.epochs.Check,      // behind the check, as Log-Epoch has its form then: a read may have to wait
	}
}

// Handler returns the whole API: the operations, which mount adds to a router, behind the stack. It fails where a route has
// no rule in the contract.
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
