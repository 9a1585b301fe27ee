package httpapi

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/internal/httpapi/spec"
	"example.com/pgcqrs/internal/write/account"
)

// scopes lists the scopes that operations of the contract may require.
var scopes = []string{auth.ReadAccounts, auth.WriteAccounts, auth.Operate}

// problems lists the service's own errors, each with the problem (error answer) that a client gets.
var problems = problem.Table{
	{Err: account.ErrNoTarget, Status: 404, Code: "not_found", Detail: "You have no account with the id in move_balance_to."},
	{Err: personal.ErrErased, Status: 422, Code: "customer_erased", Detail: "The customer was erased."},
}

// read parses the contract once.
var read = sync.OnceValues(func() (*contract.Contract, error) { return contract.Read(api.Spec) })

// server has a method for each operation of the contract.
type server struct {
	options Options
	stack   *edge.Stack
}

// New returns the handler of the whole API, or an error if the contract is invalid.
func New(options Options) (http.Handler, error) {
	var err error
	if options.Edge.Contract, err = read(); err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	options.Edge.Scopes, options.Edge.Problems = scopes, problems
	s := &server{options: options}
	if s.stack, err = edge.New(options.Edge); err != nil {
		return nil, err
	}
	return s.stack.Handler(func(operations chi.Router) {
		spec.HandlerWithOptions(s.strict(), spec.ChiServerOptions{BaseRouter: operations, ErrorHandlerFunc: s.stack.FailBinding})
	})
}

// strict returns the generated server. strict sets both error handlers, because the default
// handlers would show the text of an error to the client.
func (s *server) strict() spec.ServerInterface {
	inEpoch := func(next spec.StrictHandlerFunc, _ string) spec.StrictHandlerFunc { return s.stack.InEpoch(next) }
	return spec.NewStrictHandlerWithOptions(s, []spec.StrictMiddlewareFunc{inEpoch}, spec.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  s.stack.FailBinding,
		ResponseErrorHandlerFunc: s.stack.Fail,
	})
}
