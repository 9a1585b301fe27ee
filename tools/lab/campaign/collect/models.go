//go:build linux

package collect

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
)

// readModels returns the rows of the read models.
func readModels(ctx context.Context, url string) (history.Models, error) {
	m := history.Models{
		Balances: make(map[uuid.UUID]history.Balance), Statements: make(map[uuid.UUID]history.Statement),
		Owners: make(map[uuid.UUID]sample.Digest), References: make(map[history.Place]sample.Digest),
		Customers: make(map[uuid.UUID]history.Customer), Transfers: make(map[uuid.UUID]history.Transfer),
	}
	err := session.Run(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		var id uuid.UUID
		var b history.Balance
		var text []byte
		rows, _ := conn.Query(ctx, `SELECT account_id, balance, version, status, `+sample.DigestSQL(`owner`)+` FROM balances`)
		_, err := pgx.ForEachRow(rows, []any{&id, &b.Amount, &b.Version, &b.Status, &text}, func() error {
			m.Balances[id], m.Owners[id] = b, sample.Digest(text)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read balances: %w", err)
		}
		var s history.Statement
		rows, _ = conn.Query(ctx, `
			SELECT s.account_id, count(l), coalesce(sum(CASE l.kind WHEN 'deposit' THEN l.amount ELSE -l.amount END), 0)::bigint, s.balance
			FROM statements s LEFT JOIN statement_lines l USING (account_id) GROUP BY s.account_id`)
		_, err = pgx.ForEachRow(rows, []any{&id, &s.Lines, &s.Sum, &s.Last}, func() error {
			m.Statements[id] = s
			return nil
		})
		if err != nil {
			return fmt.Errorf("read statements: %w", err)
		}
		var version int64
		rows, _ = conn.Query(ctx, `SELECT account_id, version, `+sample.DigestSQL(`reference`)+` FROM statement_lines WHERE length(reference) > 100`)
		_, err = pgx.ForEachRow(rows, []any{&id, &version, &text}, func() error {
			m.References[history.Place{Account: id, Version: version}] = sample.Digest(text)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read references: %w", err)
		}
		var c history.Customer
		rows, _ = conn.Query(ctx, `SELECT customer_id, status, version, `+sample.DigestSQL(`name || ' ' || email`)+` FROM customers`)
		_, err = pgx.ForEachRow(rows, []any{&id, &c.Status, &c.Version, &text}, func() error {
			c.Encrypted = sample.Digest(text)
			m.Customers[id] = c
			return nil
		})
		if err != nil {
			return fmt.Errorf("read customers: %w", err)
		}
		if err := readTransferRows(ctx, conn, &m); err != nil {
			return err
		}
		return conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM parked_streams) + (SELECT count(*) FROM dead_messages)`).Scan(&m.Parked)
	})
	return m, err
}
