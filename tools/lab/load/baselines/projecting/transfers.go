package projecting

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
)

// Rates of requests for transfers, in requests per second. At the first rate, Transfers measures
// how long a transfer takes. At the second rate, it requests the transfers that wait for a
// projector.
const (
	transferRate = 100
	waitingRate  = 400
)

// workflowLagSQL returns the number of events to which the workflow of transfers has not reacted
// yet, plus the number of transfers that this workflow has begun and not ended.
const workflowLagSQL = `
SELECT (SELECT coalesce(max(position), 0) FROM events) - (SELECT position FROM checkpoints WHERE projection = 'workflow transfers')
     + (SELECT count(*) FROM workflow_instances WHERE workflow = 'transfers' AND NOT ended)`

// Transfers measures how long a transfer takes, and how many transfers a second the workflow
// completes if many transfers wait.
func Transfers(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx,
		bench.Side{Name: "100/s", Turn: func(ctx context.Context) (map[string]float64, error) { return completeAtRate(ctx, b, service) }},
		bench.Side{Name: "waiting", Turn: func(ctx context.Context) (map[string]float64, error) { return completeWaiting(ctx, b, service) }},
	)
	if err != nil {
		return nil, err
	}
	waiting := f.Value("transfers that wait, completed", score.Goal{}, bench.PerSecond, "waiting")
	waiting.Note = "the time includes the start of the projector, which also keeps the read models"
	return []score.Row{
		f.Value("transfer recorded → completed at 100/s, p50", score.Goal{}, "ms", "100/s"),
		f.Value("transfer recorded → completed at 100/s, p99", score.Goal{}, "ms", "100/s p99"),
		waiting,
		f.Value("events to which the workflow reacts meanwhile", score.Goal{}, bench.PerSecond, "waiting reactions"),
	}, nil
}

// completeAtRate requests transfers while a projector runs. It returns quantiles of the time from
// the request's event to the event of the completion, in milliseconds by the database's clock.
func completeAtRate(ctx context.Context, b *bench.Bench, service bench.Target) (map[string]float64, error) {
	projector, err := b.Projector(ctx, service.Base)
	if err != nil {
		return nil, err
	}
	defer projector.Stop()
	if _, err := b.Drained(ctx, service.Base, workflowLagSQL); err != nil {
		return nil, err
	}
	head, err := endOfLog(ctx, b, service.Base)
	if err != nil {
		return nil, err
	}
	if err := request(ctx, b, service, transferRate); err != nil {
		return nil, err
	}
	if _, err := b.Drained(ctx, service.Base, workflowLagSQL); err != nil {
		return nil, err
	}
	var p50, p99 float64
	err = b.Lab.SQL(ctx, service.Base.Owner, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `
			SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.99) WITHIN GROUP (ORDER BY took)
			FROM (SELECT 1000 * extract(epoch FROM completed.recorded_at - requested.recorded_at)::float8 AS took
			      FROM events AS requested JOIN events AS completed USING (stream_id)
			      WHERE requested.type = 'transfer.requested' AND completed.type = 'transfer.completed' AND requested.position > $1) AS transfers`,
			head).Scan(&p50, &p99)
	})
	return map[string]float64{"": p50, "p99": p99}, err
}

// completeWaiting requests transfers while no projector runs, and then starts one. It returns the
// transfers that are completed per second, and the events to which the workflow reacts per second.
func completeWaiting(ctx context.Context, b *bench.Bench, service bench.Target) (map[string]float64, error) {
	head, err := endOfLog(ctx, b, service.Base)
	if err != nil {
		return nil, err
	}
	if err := request(ctx, b, service, waitingRate); err != nil {
		return nil, err
	}
	begun := time.Now()
	projector, err := b.Projector(ctx, service.Base)
	if err != nil {
		return nil, err
	}
	defer projector.Stop()
	if _, err := b.Drained(ctx, service.Base, workflowLagSQL); err != nil {
		return nil, err
	}
	seconds := time.Since(begun).Seconds()
	var transfers, events float64
	err = b.Lab.SQL(ctx, service.Base.Owner, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `
			SELECT count(*) FILTER (WHERE type = 'transfer.completed'), count(*) FROM events WHERE position > $1`, head).Scan(&transfers, &events)
	})
	return map[string]float64{"": transfers / seconds, "reactions": events / seconds}, err
}

// request sends requests for transfers at a rate. If an account holds too little, it gets a
// deposit, and pays then.
func request(ctx context.Context, b *bench.Bench, service bench.Target, rate float64) error {
	all := service.Accounts
	step := func(c *drive.Client) {
		from, to := c.Rand.IntN(all.Len()), c.Rand.IntN(all.Len()-1)
		if to >= from {
			to++
		}
		answer, err := c.Send(all.Transfer(from, to))
		if err == nil && answer.Status == http.StatusUnprocessableEntity {
			if _, err = c.Send(all.Deposit(from, "")); err == nil {
				answer, err = c.Send(all.Transfer(from, to))
			}
		}
		c.Record("request", c.Began(), answer, err)
	}
	_, err := b.Load(ctx, service, "", drive.Plan{Rate: rate, Step: step})
	return err
}

func endOfLog(ctx context.Context, b *bench.Bench, on lab.Base) (head int64, err error) {
	err = b.Lab.SQL(ctx, on.Owner, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT coalesce(max(position), 0) FROM events`).Scan(&head)
	})
	if err != nil {
		return 0, fmt.Errorf("read the end of the log: %w", err)
	}
	return head, nil
}
