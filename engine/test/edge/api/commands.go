package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// opening is the request body of the operation openTank. All tanks have the same unit, so the type
// has no field for it.
type opening struct {
	ID     uuid.UUID `json:"id"`
	Place  string    `json:"place"`
	Beside uuid.UUID `json:"beside"`
}

// movement is the request body of the operations fill and drain.
type movement struct {
	Amount int64  `json:"amount"`
	Note   string `json:"note"`
}

// open creates a tank. The tank gets the id from the request or, if the request has none, a new id.
func (s *server) open(w http.ResponseWriter, r *http.Request) {
	var body opening
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		s.stack.FailBinding(w, r, err)
		return
	}
	asks := demandsOf(r)
	if body.ID == uuid.Nil {
		body.ID, asks.NewStream = uuid.Must(uuid.NewV7()), true
	}
	if body.Beside != uuid.Nil {
		asks.Check = func(ctx context.Context) error { return s.holds(ctx, body.Beside) }
	}
	s.do(w, r, http.StatusCreated, body.ID, tank.Build{Place: body.Place}, asks)
}

// holds returns an error if the tank with this id is empty. holds reads the level of the tank from
// the log.
func (s *server) holds(ctx context.Context, id uuid.UUID) error {
	var state tank.State
	err := s.on.Store.Load(ctx, tank.Stream, id, 0, func(e event.Recorded) error {
		state = tank.Evolve(state, e.Event)
		return nil
	})
	if err == nil && state.Level == 0 {
		return &event.Rejection{Code: "beside_empty", Detail: "there is nothing in the tank beside it"}
	}
	return err
}

// move returns the HTTP handler of a command that fills or drains a tank.
func (s *server) move(commandOf func(movement) tank.Command) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body movement
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			s.stack.FailBinding(w, r, err)
			return
		}
		s.do(w, r, http.StatusOK, idOf(r), commandOf(body), demandsOf(r))
	}
}

// idOf returns the id from the path of a request. The id is a UUID, because the engine has checked
// the request against the contract before.
func idOf(r *http.Request) uuid.UUID {
	id, _ := uuid.Parse(chi.URLParam(r, "id"))
	return id
}

// demandsOf returns the conditions that the client has sent in the headers of a command, such as
// If-Match.
func demandsOf(r *http.Request) command.Request {
	return command.Request{IfMatch: query.PreconditionOf(headerOf(r, "If-Match")), Key: r.Header.Get("Idempotency-Key")}
}

// do decides a command, appends the resulting events, and sends an answer with the new version of
// the tank.
func (s *server) do(w http.ResponseWriter, r *http.Request, status int, id uuid.UUID, c tank.Command, asks command.Request) {
	result, err := edge.Command(r.Context(), s.stack, s.tanks.Handle, id, c, asks)
	if err != nil {
		s.stack.Fail(w, r, err)
		return
	}
	position, header := strconv.FormatInt(result.Position, 10), w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("ETag", strconv.Quote(strconv.FormatInt(result.Version, 10)))
	header.Set("Event-Position", position)
	if result.Replayed {
		header.Set("Idempotency-Replayed", "true")
	}
	if status == http.StatusCreated {
		header.Set("Location", "tanks/"+result.StreamID.String())
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "{\"id\":%q,\"version\":%d,\"position\":%q}\n", result.StreamID, result.Version, position) // the write fails if the client has closed the connection
}
