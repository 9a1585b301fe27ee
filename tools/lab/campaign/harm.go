//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

func halfOpen(ctx context.Context, w *wire, d time.Duration) {
	w.deaf.Store(true)
	pause(ctx, d)
	w.deaf.Store(false)
	w.cut()
}

func loseAnswers(ctx context.Context, w *wire, d time.Duration) {
	w.lose.Store(true)
	pause(ctx, d)
	w.lose.Store(false)
}

// terminate ends one of the service's sessions.
func terminate(which string) func(context.Context, *world, int, *rand.Rand) error {
	return func(ctx context.Context, w *world, _ int, random *rand.Rand) error {
		return session(ctx, w.postgres.owner(), func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
				WHERE starts_with(usename, '`+service+`') AND `+which+` ORDER BY md5(pid::text || $1) LIMIT 1) victim`, strconv.Itoa(random.Int()))
			return err
		})
	}
}

// sit opens a transaction that is nobody's business, and keeps it open.
func sit(ctx context.Context, w *world, sql string, d time.Duration) error {
	if err := execute(ctx, w.postgres.owner(), `CREATE TABLE IF NOT EXISTS elsewhere (n integer)`); err != nil {
		return err
	}
	return session(ctx, w.postgres.owner(), func(_ context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
		pause(ctx, d)
		return nil
	})
}

// rebuild makes a read model anew. It may be interrupted, and goes on at the next one.
func rebuild(name string) func(context.Context, *world, int, *rand.Rand) error {
	return func(ctx context.Context, w *world, _ int, _ *rand.Rand) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		settings := []string{"DATABASE_URL=" + w.postgres.owner()}
		_ = finish(ctx, w.program("ops", settings, "projections", "rebuild", "-drop", name)) // there may be nothing to drop
		return finish(ctx, w.program("ops", settings, "projections", "rebuild", name))
	}
}

// freezeStandby stops the standby and all of its processes for a while.
func freezeStandby(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	standby := w.postgres.takeStandby()
	if standby == nil {
		return errNotNow
	}
	defer w.postgres.giveStandby(standby)
	return stall(ctx, standby, between(random, time.Second, 5*time.Second))
}

// family is a process and its children.
func family(pid int) ([]int, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	if err != nil {
		return nil, fmt.Errorf("find children: %w", err)
	}
	pids := []int{pid}
	for field := range strings.FieldsSeq(string(content)) {
		var child int
		if _, err := fmt.Sscan(field, &child); err == nil {
			pids = append(pids, child)
		}
	}
	return pids, nil
}

func crashStandby(ctx context.Context, w *world, _ int, _ *rand.Rand) error {
	standby := w.postgres.takeStandby()
	if standby == nil {
		return errNotNow
	}
	defer w.postgres.giveStandby(standby)
	if err := standby.Kill(); err != nil {
		return err
	}
	return relaunch(ctx, standby, w.postgres.wires) // it may take long, and nobody has to wait
}
