//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb"
)

// inClear is in the label of most accounts, which is kept in clear: whoever looks for a text, and does not find this one where
// events are, has not looked.
const inClear = "wxkjqzvy"

// searched is a place where persons' texts were looked for.
type searched struct {
	place string
	bytes int64 // or rows
	clear bool  // what is kept in clear was found
	has   bool  // it must have that
	found []string
}

// forms are how a text may be stored.
func forms(text string) (all [][]byte) {
	all = [][]byte{[]byte(text), []byte(strings.ToUpper(text)), []byte(hex.EncodeToString([]byte(text))), []byte(strings.ToUpper(hex.EncodeToString([]byte(text))))}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 { // in which place of three bytes the text begins
			whole := encoding.EncodeToString(append(make([]byte, before), text...))
			first, last := (before*8+5)/6, (before+len(text))*8/6 // characters that depend on the text alone
			all = append(all, []byte(whole[first:last]))
		}
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.CompactFunc(all, bytes.Equal)
}

// look reads a text, a stretch at a time, for marks and for what is kept in clear.
func (s *searched) look(name string, content io.Reader) error {
	const stretch = 4 << 20
	marks, buffer, kept := forms(mark), make([]byte, stretch), 0
	for {
		n, err := io.ReadFull(content, buffer[kept:])
		part := buffer[:kept+n]
		s.bytes += int64(n)
		s.clear = s.clear || bytes.Contains(part, []byte(inClear))
		for _, form := range marks {
			if at := bytes.Index(part, form); at >= 0 {
				s.found = append(s.found, fmt.Sprintf("%s has %q", name, part[max(0, at-20):min(len(part), at+60)]))
				return nil
			}
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", name, err)
		}
		kept = copy(buffer, part[len(part)-4*len(mark):]) // a form may lie across
	}
}

// lookInto looks into all files below a directory, each of which belongs to a place.
func lookInto(dir string, placeOf func(path string) *searched) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // it was removed meanwhile
			return nil
		case err != nil:
			return err
		case !entry.Type().IsRegular():
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		defer func() { _ = file.Close() }()
		return placeOf(path).look(path, file)
	})
}

// places are all that are looked into.
type places struct {
	broker, logs, others searched
	servers              map[string][2]*searched // by directory: data and WAL
	dir                  string                  // the campaign's
}

// of returns the place that a file belongs to.
func (p *places) of(path string) *searched {
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

// search looks for persons' texts wherever anything is stored: on the disks of all PostgreSQL servers, also of the one that has
// died, what they have in memory being written first; in each table; in the broker's files; in everybody's log.
func (w *world) search(ctx context.Context) ([]searched, error) {
	if err := w.postgres.checkpoint(ctx); err != nil {
		return nil, err
	}
	tables, err := searchTables(ctx, w.postgres.owner())
	if err != nil {
		return nil, err
	}
	p := places{
		broker: searched{place: "the broker", has: true}, logs: searched{place: "logs"}, others: searched{place: "other files"},
		servers: make(map[string][2]*searched), dir: w.dir,
	}
	dirs := []string{w.dir}
	for name, server := range w.postgres.servers() {
		p.servers[server.Cluster.Dir] = [2]*searched{{place: "data of " + name, has: name != before}, {place: "WAL of " + name, has: true}}
		if !strings.HasPrefix(server.Cluster.Dir, w.dir+"/") {
			dirs = append(dirs, server.Cluster.Dir)
		}
	}
	for _, dir := range dirs {
		if err := lookInto(dir, p.of); err != nil {
			return nil, err
		}
	}
	all := []searched{*tables, p.broker, p.logs, p.others}
	for _, parts := range p.servers {
		all = append(all, *parts[0], *parts[1])
	}
	return all, nil
}

// before is a primary that has died, maybe before it wrote more than its WAL.
const before = "the primary before"

// servers are those that have data on a disk.
func (p *postgres) servers() map[string]*devdb.Server {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make(map[string]*devdb.Server)
	for name, server := range map[string]*devdb.Server{"the primary": p.primary, "the standby": p.standby, before: p.old} {
		if server == nil {
			continue
		}
		if _, err := os.Stat(server.Cluster.Dir); err == nil { // else it is gone with the server
			all[name] = server
		}
	}
	return all
}

// checkpoint has the primary write what it has in memory, and the standby, once it has replayed that, too.
func (p *postgres) checkpoint(ctx context.Context) error {
	if err := execute(ctx, p.owner(), "CHECKPOINT"); err != nil {
		return fmt.Errorf("checkpoint of the primary: %w", err)
	}
	p.mu.Lock()
	standby := p.standby
	p.mu.Unlock()
	if standby == nil {
		return nil
	}
	end, err := one[string](ctx, p.owner(), `SELECT pg_current_wal_lsn()::text`)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); ; pause(ctx, 100*time.Millisecond) {
		there, err := one[bool](ctx, standby.URL, `SELECT pg_last_wal_replay_lsn() >= '`+end+`'::pg_lsn`)
		switch {
		case err == nil && there:
			return execute(ctx, standby.URL, "CHECKPOINT")
		case time.Now().After(deadline) || ctx.Err() != nil:
			return errors.Join(errors.New("the standby does not replay what the primary has written"), err)
		}
	}
}

// searchTables looks into each row of each table, where nothing is compressed.
func searchTables(ctx context.Context, url string) (*searched, error) {
	tables := &searched{place: "tables", has: true}
	err := session(ctx, url, func(_ context.Context, conn *pgx.Conn) error { // it may take longer than a session's time
		rows, _ := conn.Query(ctx, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`)
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("list tables: %w", err)
		}
		for _, name := range names {
			var count, marked, legible int64
			const sql = `SELECT count(*), count(*) FILTER (WHERE strpos(lower(t::text), $1) > 0), count(*) FILTER (WHERE strpos(t::text, $2) > 0) FROM %s t`
			if err := conn.QueryRow(ctx, fmt.Sprintf(sql, name), mark, inClear).Scan(&count, &marked, &legible); err != nil {
				return fmt.Errorf("look into %s: %w", name, err)
			}
			tables.bytes, tables.clear = tables.bytes+count, tables.clear || legible > 0
			if marked > 0 {
				tables.found = append(tables.found, fmt.Sprintf("%d rows of %s", marked, name))
			}
		}
		return nil
	})
	return tables, err
}

// nowhere sees that no person's text is anywhere, of those who live neither.
func nowhere(e *evidence, v *verdict) {
	for _, s := range e.searched {
		v.Looked++
		for _, found := range s.found {
			v.violated("a person's text is in %s: %s", s.place, found)
		}
		if s.has && !s.clear {
			v.violated("in %s there is not even what is kept in clear, in %d bytes or rows: nobody has looked", s.place, s.bytes)
		}
	}
}
