// Package database selects the PostgreSQL server that a run of dev uses: a server that the
// developer names, a server on this machine, or a server in a container.
package database

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devdb/shell"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/container"
)

// Server is the PostgreSQL server that was selected.
type Server struct {
	URL    string          // URL with the owner's login
	Given  bool            // the developer named the server: dev must not change its roles
	Data   string          // where the data are stored, and how to start with empty data
	Exited <-chan struct{} // closed when the server has ended; nil if dev can't find out
	Stop   func()

	Forgotten []string // environment variables about other servers, which dev has unset
}

// Source holds the developer's choice of a server.
type Source struct {
	Choice   string        // value of the -db flag; "" means auto
	Variable string        // name of the environment variable that may name a database
	Given    string        // value of that environment variable
	Keep     *datadir.Kept // folder of the data; nil for fresh data
}

// Open selects a server. Open prints which server it selected, and why. If the developer named a
// server that is not available, Open fails instead of selecting another server.
func (s Source) Open(ctx context.Context) (Server, error) {
	if s.Given != "" {
		if s.Choice != "" && s.Choice != "auto" {
			return Server{}, fmt.Errorf("-db %s and %s both name a database: drop one of them", s.Choice, s.Variable)
		}
		console.Say("database: the one that %s names", s.Variable)
		return Server{URL: s.Given, Given: true, Data: "there", Stop: func() {}}, nil
	}
	forgotten := shell.Forget()
	db, err := s.own(ctx)
	db.Forgotten = forgotten
	return db, err
}

// own starts a PostgreSQL server that only this run of dev uses.
func (s Source) own(ctx context.Context) (Server, error) {
	switch s.Choice {
	case "local":
		return s.local(ctx, "-db local")
	case "docker":
		return s.docker(ctx, "-db docker")
	}
	return s.auto(ctx)
}

func (s Source) auto(ctx context.Context) (Server, error) {
	_, err := binaries.Find()
	if errors.Is(err, binaries.ErrNotFound) && container.Ready(ctx) == nil {
		return s.docker(ctx, "no PostgreSQL binaries here, and Docker has the image")
	}
	return s.local(ctx, s.Variable+" is not set")
}

func (s Source) local(ctx context.Context, why string) (Server, error) {
	server, err := devdb.Start(ctx, devdb.Options{
		Keep: s.Keep, Install: true, Say: func(what string) { console.Say("database: %s", what) },
	})
	if err != nil {
		return Server{}, err
	}
	where := "kept in " + server.Cluster.Dir
	if s.Keep == nil {
		where = "for this run only, in " + server.Cluster.Dir
	}
	console.Say("database: PostgreSQL %s of this machine (%s; %s), %s", server.Cluster.Binaries.Version, why, server.Cluster.Binaries.Why, where)
	return Server{URL: server.URL, Data: server.Cluster.Dir + "  (remove it to start over)", Exited: server.Exited(), Stop: server.Stop}, nil
}

func (s Source) docker(ctx context.Context, why string) (Server, error) {
	dir := ""
	if s.Keep != nil {
		dir = s.Keep.Dir
	}
	c, err := container.Start(ctx, dir, why)
	if err != nil {
		return Server{}, err
	}
	return Server{URL: c.URL, Data: "Docker volume " + c.Volume + "  (remove it to start over)", Exited: c.Exited, Stop: c.Stop}, nil
}
