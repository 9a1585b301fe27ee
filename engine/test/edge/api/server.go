package main

import (
	"net/http"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/trail"
)

// server has the HTTP handlers of all operations.
type server struct {
	stack *edge.Stack
	on    *api.Opened
	tanks *command.Handler[tank.State, tank.Command]
	trail *trail.Queries
}

// headerOf returns the value of a request's header, or nil if the request does not have the header.
func headerOf(r *http.Request, name string) *string {
	if text := r.Header.Get(name); text != "" {
		return &text
	}
	return nil
}
