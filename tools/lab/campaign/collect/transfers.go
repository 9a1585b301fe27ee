//go:build linux

package collect

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/operate"
	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/world"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// readTransferRows reads the table of transfers. It also counts the jobs and instances that the
// workflow has given up. At the end of a run no work is left, so a job that is not completed counts
// as given up.
func readTransferRows(ctx context.Context, conn *pgx.Conn, m *history.Models) error {
	const (
		rowsSQL = `SELECT transfer_id, subject, from_account, to_account, amount, currency, %s, status, code, version FROM transfers`
		givenUp = `SELECT (SELECT count(*) FROM river_job WHERE state IN ('discarded', 'running', 'retryable') OR state = 'available' AND kind <> 'workflow_timer') + (SELECT count(*) FROM workflow_instances WHERE parked_at IS NOT NULL)`
	)
	var id uuid.UUID
	var t history.Transfer
	var text []byte
	rows, _ := conn.Query(ctx, fmt.Sprintf(rowsSQL, sample.DigestSQL(`reference`)))
	_, err := pgx.ForEachRow(rows, []any{&id, &t.Subject, &t.From, &t.To, &t.Amount, &t.Currency, &text, &t.Status, &t.Code, &t.Version}, func() error {
		t.Text = sample.Digest(text)
		m.Transfers[id] = t
		return nil
	})
	if err != nil {
		return fmt.Errorf("read transfers: %w", err)
	}
	if err := conn.QueryRow(ctx, givenUp).Scan(&m.GivenUp); err != nil {
		return fmt.Errorf("count what the workflow has given up: %w", err)
	}
	return nil
}

// readTransfers queries each transfer in the log at the end of the run, with a token of the subject
// that has requested the transfer. For one transfer in eight, readTransfers repeats the query with
// a token of the other subject. The other subject must not see the transfer, even if it owns the
// account that was paid.
func readTransfers(ctx context.Context, w *world.World, log []history.Event) (all []answers.TransferRead) {
	asked := make(chan answers.TransferRead, len(log))
	for _, e := range log {
		if e.Kind != sample.Requested {
			continue
		}
		one := answers.TransferRead{Transfer: e.Account, By: e.Subject, Last: true, Min: int64(len(log))}
		asked <- one
		if e.Account[15]%8 == 0 {
			one.By = sample.Other(e.Subject)
			asked <- one
		}
	}
	close(asked)
	asking, cancel := context.WithTimeout(ctx, operate.OperatorFor)
	defer cancel()
	var mu sync.Mutex
	var running sync.WaitGroup
	for number := range askers {
		running.Go(func() {
			connection := wire.NewConnection(w.Apis[number%len(w.Apis)].Address, answers.QueryFor)
			defer connection.Close()
			for one := range asked {
				askOfTransfer(asking, w, connection, &one)
				mu.Lock()
				all = append(all, one)
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return all
}

// askOfTransfer repeats a query until it gets an answer that is neither a server error nor 401.
// After the deadline of ctx, askOfTransfer sends the query only once.
func askOfTransfer(ctx context.Context, w *world.World, connection *wire.Connection, one *answers.TransferRead) {
	for {
		r := requests.OfTransfer(*one)
		r.Token, _ = w.Issuer.Token(one.By)
		answer, err := connection.Send(r)
		if err == nil {
			requests.TakeTransfer(one, answer)
		}
		if ctx.Err() != nil || err == nil && answer.Status < http.StatusInternalServerError && answer.Status != http.StatusUnauthorized {
			return
		}
		interval.Pause(ctx, retryAfter)
	}
}
