package lab

import (
	"context"
	"fmt"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb"
)

// serverSettings are the settings by which the lab's server differs from PostgreSQL's defaults, for
// every side alike.
var serverSettings = []string{"shared_buffers=2GB", "max_wal_size=8GB"}

// Lab is a PostgreSQL of its own, and the programs.
type Lab struct {
	Options   Options
	Dir       string
	programs  string
	Tag       string // of the lab's databases
	url       string // of the server's superuser
	Version   string // of the server
	Settings  []string
	Revision  string
	kept      *datadir.Kept
	Server    *devdb.Server // nil: the server was given
	password  string        // of the programs' logins
	processes []*Child
}

func (l *Lab) SQL(ctx context.Context, url string, work func(conn *pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return work(conn)
}
