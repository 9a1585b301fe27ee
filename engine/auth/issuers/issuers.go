package issuers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bind returns the name of an issuer from the table issuers. If the table is empty, Bind stores
// this issuer as the first one. If the table has only other issuers, Bind returns an error, which
// tells operators how to add the issuer.
func Bind(ctx context.Context, pool *pgxpool.Pool, issuer string) (string, error) {
	var name *string
	if err := pool.QueryRow(ctx, `SELECT bind_issuer($1)`, keyOf(issuer)).Scan(&name); err != nil {
		return "", fmt.Errorf("bind issuer: %w", err)
	}
	if name != nil {
		return *name, nil
	}
	known, err := read(ctx, pool)
	if err != nil {
		return "", err
	}
	same := issuer
	if len(known.names()) > 1 {
		same += " OLD, which is one of them,"
	}
	return "", fmt.Errorf("the subjects in this database are of %s. If this issuer calls the same people by the same names, as after a move, run migrate issuer -same %s; "+
		"if it does not, run migrate issuer -other %s, and nobody is taken for another", known, same, issuer)
}

// Same gives an issuer the name of an older issuer, whose URL is in the parameter old. Call Same if
// equal subs of the two issuers stand for the same person. If old is "", Same uses the name of the
// only issuer in the table. If the table is empty, Same stores the issuer as the first one. A
// second call has no further effect.
func Same(ctx context.Context, owner *pgxpool.Pool, issuer, old string) (name string, err error) {
	return add(ctx, owner, issuer, func(known table, key string) (string, error) {
		name, there := known[key]
		others := known.without(key)
		switch of, oldThere := known[keyOf(old)]; {
		case old != "" && !oldThere:
			return "", fmt.Errorf("the database does not know %s: it knows %s", old, known)
		case there && old == "" && (len(others) == 0 || slices.Contains(others.names(), name)), there && old != "" && of == name:
			return name, nil
		case there:
			return "", fmt.Errorf("%s is known already, as another issuer than those: %s", issuer, others)
		case old != "":
			return of, nil
		case len(known.names()) > 1:
			return "", fmt.Errorf("the database knows several issuers: say by a second URL whose people are the same. It knows %s", known)
		}
		for _, only := range known {
			return only, nil
		}
		return "", nil
	})
}

// Other gives an issuer a new name. Call Other if equal subs of this issuer and of the issuers in
// the table stand for different persons. A second call has no further effect.
func Other(ctx context.Context, owner *pgxpool.Pool, issuer string) (name string, err error) {
	return add(ctx, owner, issuer, func(known table, key string) (string, error) {
		name, there := known[key]
		switch others := known.without(key); {
		case there && slices.Contains(others.names(), name):
			return "", fmt.Errorf("%s is known already, as the same issuer as one of those: %s", issuer, others)
		case there && key != issuer && len(others) == 0: // the key differs from the URL only for http at a loopback address
			return "", fmt.Errorf("%s is %s to the database, where a port of this machine does not count: give the other one a name or a path of its own", issuer, key)
		case there:
			return name, nil
		case len(known) == 0: // the log may already have subjects although the table is empty, for example from a time with AUTH=off
			return "", errors.New("the database knows no issuer yet: say by migrate issuer -same URL which one its subjects are of, and then this again")
		}
		return known.next(), nil
	})
}

// add calls the function choose with the issuers in the table, and stores the new issuer with the
// name that choose returns.
func add(ctx context.Context, owner *pgxpool.Pool, issuer string, choose func(known table, key string) (string, error)) (name string, err error) {
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `LOCK TABLE issuers IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("lock issuers: %w", err)
		}
		known, err := read(ctx, tx)
		if err != nil {
			return err
		}
		key := keyOf(issuer)
		if name, err = choose(known, key); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `INSERT INTO issuers (issuer, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, key, name); err != nil {
			return fmt.Errorf("store issuer: %w", err)
		}
		return nil
	})
	return name, err
}

// table has the content of the table issuers: it maps the key of each issuer (see keyOf) to the
// issuer's name.
type table map[string]string

func read(ctx context.Context, from interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}) (table, error) {
	known := make(table)
	var issuer, name string
	rows, _ := from.Query(ctx, `SELECT issuer, name FROM issuers`) // ForEachRow also returns the error of Query
	_, err := pgx.ForEachRow(rows, []any{&issuer, &name}, func() error {
		known[issuer] = name
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read issuers: %w", err)
	}
	return known, nil
}

// String returns the keys of the issuers, sorted and separated by commas.
func (t table) String() string {
	return strings.Join(slices.Sorted(maps.Keys(t)), ", ")
}

func (t table) names() []string {
	names := slices.Sorted(maps.Values(t))
	return slices.Compact(names)
}

func (t table) without(key string) table {
	others := maps.Clone(t)
	delete(others, key)
	return others
}

// next returns the name for a new issuer: the highest number among the names, plus 1. The first
// issuer, whose name is "", counts as 1, so the name of the second issuer is "2".
func (t table) next() string {
	last := 1
	for _, name := range t {
		if number, err := strconv.Atoi(name); err == nil {
			last = max(last, number)
		}
	}
	return strconv.Itoa(last + 1)
}

// keyOf returns the key of an issuer in the table. The key is the issuer's URL. If the URL begins
// with http and its host is a loopback address, the key has no port. The reason is that an issuer
// for development may listen on another port after each start.
func keyOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "http" {
		return issuer
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return issuer
	}
	u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	return u.String()
}
