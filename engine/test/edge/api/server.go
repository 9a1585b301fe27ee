package main

import (
	"net/http"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/trail"
)

// server has the handlers of the operations.
type server struct {
	stack *edge.Stack
	on    *api.Opened
	tanks *command.Handler[tank.State, tank.Command]
	trail *trail.Queries
}

// headerOf returns a header of a request, or nil if the request does not have it.
func headerOf(r *http.Request, name string) *string {
	if text := r.Header.Get(name); text != "" {
		return &text
	}
	return nil
}
