package baselines

import (
	"context"
	"fmt"
	"slices"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// bench is what one contest needs, and is cleared after it.
type bench struct {
	*Lab
	contest  string
	side     string // whose turn it is
	measured figures
	turns    []Turn
	ends     []func() // in reverse
}

func (b *bench) clear() {
	for _, end := range slices.Backward(b.ends) {
		end()
	}
}

// target is what takes load.
type target struct {
	name     string
	urls     []string
	accounts *drive.Accounts
	base     base   // the zero one has no database
	server   *child // the first, where there are several
}

// database makes a fresh one for this contest.
func (b *bench) database(ctx context.Context, name string) (base, error) {
	name = fmt.Sprintf("load_%s_%s_%s", b.tag, b.contest, name)
	made, err := b.newBase(ctx, name)
	b.ends = append(b.ends, func() { _ = b.dropBase(context.WithoutCancel(ctx), name) }) // what stays goes with the lab
	return made, err
}

// noop starts the handler that does nothing.
func (b *bench) noop(ctx context.Context) (target, error) {
	p, err := b.startSelf(ctx, "noop")
	if err != nil {
		return target{}, err
	}
	b.ends = append(b.ends, p.stop)
	return target{name: "no-op", urls: []string{p.url}, accounts: drive.NewAccounts(1, b.Accounts), server: p}, nil
}

// naive starts the API without group commit.
func (b *bench) naive(ctx context.Context) (target, error) {
	made, err := b.database(ctx, "naive")
	if err != nil {
		return target{}, err
	}
	p, err := b.startSelf(ctx, "naive", "DATABASE_URL="+made.service)
	if err != nil {
		return target{}, err
	}
	b.ends = append(b.ends, p.stop)
	return b.opened(ctx, "naive", made, p)
}

// api starts the service on a fresh database, in some processes.
func (b *bench) api(ctx context.Context, name string, processes int, environment ...string) (target, error) {
	made, err := b.database(ctx, name)
	if err != nil {
		return target{}, err
	}
	return b.apiOn(ctx, name, made, processes, environment...)
}

func (b *bench) apiOn(ctx context.Context, name string, made base, processes int, environment ...string) (target, error) {
	var started []*child
	for range processes {
		p, err := b.start(ctx, "api", made, environment...)
		if err != nil {
			return target{}, err
		}
		b.ends = append(b.ends, p.stop)
		started = append(started, p)
	}
	return b.opened(ctx, name, made, started...)
}

// projector starts one on a database.
func (b *bench) projector(ctx context.Context, on base, environment ...string) (*child, error) {
	p, err := b.start(ctx, "projector", on, environment...)
	if err == nil {
		b.ends = append(b.ends, p.stop)
	}
	return p, err
}

// opened is a target whose accounts are open.
func (b *bench) opened(ctx context.Context, name string, made base, processes ...*child) (target, error) {
	t := target{name: name, base: made, accounts: drive.NewAccounts(1, b.Accounts), server: processes[0]}
	for _, p := range processes {
		t.urls = append(t.urls, p.url)
	}
	if _, err := t.accounts.Open(ctx, t.urls[0], b.Progress); err != nil {
		return t, fmt.Errorf("open accounts on %s: %w", name, err)
	}
	return t, nil
}
