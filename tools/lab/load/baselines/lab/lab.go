package lab

import (
	"context"
	"fmt"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb"
)

// serverSettings lists the settings of the benchmarks' PostgreSQL server that differ from
// PostgreSQL's defaults. The settings are the same for every program that is measured.
var serverSettings = []string{"shared_buffers=2GB", "max_wal_size=8GB"}

// Lab holds the PostgreSQL server and the programs of all benchmarks.
type Lab struct {
	Options   Options
	Dir       string
	programs  string
	Tag       string // part of the names of the lab's databases
	url       string // URL with the superuser's login
	Version   string // version of the server
	Settings  []string
	Revision  string
	kept      *datadir.Kept
	Server    *devdb.Server // nil if the lab did not start the server
	password  string        // password of the programs' logins
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
