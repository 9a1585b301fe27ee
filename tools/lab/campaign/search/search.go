//go:build linux

package search

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// places holds the places (such as disks, tables and logs) that are searched, and the results.
type places struct {
	broker, logs, others history.Searched
	servers              map[string][2]*history.Searched // by data directory: the results for data files and for WAL
	dir                  string                          // the campaign's directory
}

// of returns the result for the place to which a file belongs.
func (p *places) of(path string) *history.Searched {
	if strings.HasSuffix(path, ".log") {
		return &p.logs
	}
	for dir, parts := range p.servers {
		switch {
		case strings.HasPrefix(path, filepath.Join(dir, "data", "pg_wal")+"/"):
			return parts[1]
		case strings.HasPrefix(path, dir+"/"):
			return parts[0]
		}
	}
	if strings.HasPrefix(path, filepath.Join(p.dir, "nats")+"/") {
		return &p.broker
	}
	return &p.others
}

// Search searches for persons' texts in every place. Search reads the disks of all PostgreSQL
// servers, including servers that no longer run. Before that, the running servers write all changed
// pages from their memory to disk. Search also reads each table, the broker's files, and the log of
// every program.
func Search(ctx context.Context, w *world.World) ([]history.Searched, error) {
	if err := w.Postgres.Checkpoint(ctx); err != nil {
		return nil, err
	}
	tables, err := searchTables(ctx, w.Postgres.Owner())
	if err != nil {
		return nil, err
	}
	p := places{
		broker: history.Searched{Place: "the broker", Has: true}, logs: history.Searched{Place: "logs"}, others: history.Searched{Place: "other files"},
		servers: make(map[string][2]*history.Searched), dir: w.Dir,
	}
	dirs := []string{w.Dir}
	for name, server := range w.Postgres.Servers() {
		p.servers[server.Cluster.Dir] = [2]*history.Searched{{Place: "data of " + name, Has: name != cluster.Before}, {Place: "WAL of " + name, Has: true}}
		if !strings.HasPrefix(server.Cluster.Dir, w.Dir+"/") {
			dirs = append(dirs, server.Cluster.Dir)
		}
	}
	for _, dir := range dirs {
		if err := lookInto(dir, p.of); err != nil {
			return nil, err
		}
	}
	all := []history.Searched{*tables, p.broker, p.logs, p.others}
	for _, parts := range p.servers {
		all = append(all, *parts[0], *parts[1])
	}
	return all, nil
}

// searchTables searches the rows of every table. Data files may contain compressed texts, but query
// results do not.
func searchTables(ctx context.Context, url string) (*history.Searched, error) {
	tables := &history.Searched{Place: "tables", Has: true}
	err := session.Run(ctx, url, func(_ context.Context, conn *pgx.Conn) error { // ignores the context of the session, because the search may take longer
		rows, _ := conn.Query(ctx, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`)
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("list tables: %w", err)
		}
		for _, name := range names {
			var count, marked, legible int64
			const sql = `SELECT count(*), count(*) FILTER (WHERE strpos(lower(t::text), $1) > 0), count(*) FILTER (WHERE strpos(t::text, $2) > 0) FROM %s t`
			if err := conn.QueryRow(ctx, fmt.Sprintf(sql, name), sample.Mark, sample.InClear).Scan(&count, &marked, &legible); err != nil {
				return fmt.Errorf("look into %s: %w", name, err)
			}
			tables.Bytes, tables.Clear = tables.Bytes+count, tables.Clear || legible > 0
			if marked > 0 {
				tables.Found = append(tables.Found, fmt.Sprintf("%d rows of %s", marked, name))
			}
		}
		return nil
	})
	return tables, err
}
