package main

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/trail"
)

// wire creates the command handler and the queries of tanks on an open log.
func wire(on *api.Opened) api.Domain {
	s := &server{on: on, tanks: api.Handler(on, command.NewAggregate(tank.Stream, decide, tank.Evolve)), trail: trail.NewQueries(on.Archive)}
	return api.Domain{
		Aggregates: []command.Any{s.tanks},
		Handler: func(behind edge.Options) (handler http.Handler, err error) {
			behind.Contract, behind.Scopes = edgetest.Contract(), []string{auth.ReadAccounts, auth.WriteAccounts, auth.Operate}
			if s.stack, err = edge.New(behind); err != nil {
				return nil, err
			}
			return s.stack.Handler(s.mount)
		},
	}
}

// decide calls tank.Decide, but rejects the creation of a tank that already exists. The check is
// needed because clients may choose the id of a new tank.
func decide(s tank.State, c tank.Command) ([]event.Event, error) {
	if _, builds := c.(tank.Build); builds && s.Built {
		return nil, &event.Rejection{Code: "tank_exists", Detail: "there is a tank with this id"}
	}
	return tank.Decide(s, c)
}

// mount adds an HTTP handler for each operation of the contract, except for the operation
// closeTank. The test domain can't close a tank.
func (s *server) mount(router chi.Router) {
	router.Post("/v1/tanks", s.open)
	router.Post("/v1/tanks/{id}/fillings", s.move(func(m movement) tank.Command { return tank.Pour{Amount: m.Amount, Note: m.Note} }))
	router.Post("/v1/tanks/{id}/drainings", s.move(func(m movement) tank.Command { return tank.Drain{Amount: m.Amount} }))
	router.Get("/v1/tanks", s.read(s.list))
	router.Get("/v1/tanks/{id}", s.read(s.one))
	router.Get("/v1/trail", s.read(s.showTrail))
}

// read returns the HTTP handler of a query. If the log is restored to an earlier state during the
// query, the handler does not mix data from before and after the restore.
func (s *server) read(do func(context.Context, *http.Request) (query.Answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found, err := s.stack.InEpoch(func(ctx context.Context, _ http.ResponseWriter, r *http.Request, _ any) (any, error) {
			return do(ctx, r)
		})(r.Context(), w, r, nil)
		if err != nil {
			s.stack.Fail(w, r, err)
			return
		}
		answer, _ := found.(query.Answer)
		_ = answer.Write(w) // the write fails if the client has closed the connection
	}
}
