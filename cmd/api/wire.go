package main

import (
	"net/http"

	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/trail"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/read/transfers"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

// wire creates the service's commands and queries: it connects commands with their deciders, and
// queries with their read models.
func wire(on *api.Opened) api.Domain {
	accounts := api.Handler(on, write.Accounts)
	clients := api.Handler(on, write.Customers)
	moves := write.Moves{Accounts: accounts, Pairs: api.Several(on, account.DecideMove), OwnerOf: on.Feed.OwnerOf}
	transferSteps := api.Handler(on, write.Transfers)
	transferRows := transfers.NewQueries(on.Reads)
	transferRequests := write.Requests{
		Transfers: transferSteps, Accounts: accounts, Asked: api.Several(on, transfer.DecideRequest),
		OwnerOf: on.Feed.OwnerOf, Open: transferRows.Open,
	}

	aggregates := []write.Handler{
		// Every handler has a line here.
		accounts,
		clients,
		transferSteps,
	}
	options := httpapi.Options{
		Accounts: httpapi.Accounts{
			Handle:     accounts.Handle,
			Move:       moves.Handle,
			Balances:   balances.NewQueries(on.Reads),
			Statements: statements.NewQueries(on.Reads),
			History:    history.NewQueries(on.Archive, write.Accounts.StreamType),
		},
		Customers: httpapi.Customers{
			Handle: clients.Handle,
			People: customers.NewQueries(on.Reads),
			Log:    on.Archive,
		},
		Transfers: httpapi.Transfers{
			Request: transferRequests.Handle,
			Sent:    transferRows,
		},
		Keys:  on.Keys,
		Feed:  on.Feed,
		Trail: trail.NewQueries(on.Archive),
	}
	return api.Domain{
		Aggregates: aggregates,
		Handler: func(behind edge.Options) (http.Handler, error) {
			options.Edge = behind
			return httpapi.New(options)
		},
	}
}
