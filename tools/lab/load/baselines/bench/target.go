package bench

import (
	"context"
	"fmt"

	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/drive/mixes"
)

// Target is a running program that receives a load.
type Target struct {
	name     string
	Urls     []string
	Accounts *mixes.Accounts
	Base     lab.Base   // the program's database; the zero Base means none
	Server   *lab.Child // the program's process, or the first of several
}

// Database creates a new, migrated database for this benchmark.
func (b *Bench) Database(ctx context.Context, name string) (lab.Base, error) {
	name = fmt.Sprintf("load_%s_%s_%s", b.Lab.Tag, b.Contest, name)
	made, err := b.Lab.NewBase(ctx, name)
	b.ends = append(b.ends, func() { _ = b.Lab.DropBase(context.WithoutCancel(ctx), name) }) // a database that is not dropped is removed with the lab
	return made, err
}

// Noop starts an API that decodes requests and answers them, but stores nothing and has no
// database.
func (b *Bench) Noop(ctx context.Context) (Target, error) {
	p, err := b.Lab.StartSelf(ctx, "noop")
	if err != nil {
		return Target{}, err
	}
	b.ends = append(b.ends, p.Stop)
	return Target{name: "no-op", Urls: []string{p.Url}, Accounts: mixes.NewAccounts(1, b.Lab.Options.Accounts), Server: p}, nil
}

// Naive starts an API that commits each append in a separate transaction.
func (b *Bench) Naive(ctx context.Context) (Target, error) {
	made, err := b.Database(ctx, "naive")
	if err != nil {
		return Target{}, err
	}
	p, err := b.Lab.StartSelf(ctx, "naive", "DATABASE_URL="+made.Service)
	if err != nil {
		return Target{}, err
	}
	b.ends = append(b.ends, p.Stop)
	return b.opened(ctx, "naive", made, p)
}

// Api starts the service's API on a fresh database, in the given number of processes.
func (b *Bench) Api(ctx context.Context, name string, processes int, environment ...string) (Target, error) {
	made, err := b.Database(ctx, name)
	if err != nil {
		return Target{}, err
	}
	return b.ApiOn(ctx, name, made, processes, environment...)
}

// ApiBefore starts the API of the commit that Options.Before names, on a fresh database.
func (b *Bench) ApiBefore(ctx context.Context, name string) (Target, error) {
	made, err := b.Database(ctx, name)
	if err != nil {
		return Target{}, err
	}
	p, err := b.Lab.StartBefore(ctx, made)
	if err != nil {
		return Target{}, err
	}
	b.ends = append(b.ends, p.Stop)
	return b.opened(ctx, name, made, p)
}

func (b *Bench) ApiOn(ctx context.Context, name string, made lab.Base, processes int, environment ...string) (Target, error) {
	var started []*lab.Child
	for range processes {
		p, err := b.Lab.Start(ctx, "api", made, environment...)
		if err != nil {
			return Target{}, err
		}
		b.ends = append(b.ends, p.Stop)
		started = append(started, p)
	}
	return b.opened(ctx, name, made, started...)
}

// Projector starts a projector on a database.
func (b *Bench) Projector(ctx context.Context, on lab.Base, environment ...string) (*lab.Child, error) {
	p, err := b.Lab.Start(ctx, "projector", on, environment...)
	if err == nil {
		b.ends = append(b.ends, p.Stop)
	}
	return p, err
}

// opened returns a target, which is a program that receives a load. Before that, opened opens the
// accounts of the load, through the first process of the program.
func (b *Bench) opened(ctx context.Context, name string, made lab.Base, processes ...*lab.Child) (Target, error) {
	t := Target{name: name, Base: made, Accounts: mixes.NewAccounts(1, b.Lab.Options.Accounts), Server: processes[0]}
	for _, p := range processes {
		t.Urls = append(t.Urls, p.Url)
	}
	if _, err := t.Accounts.Open(ctx, t.Urls[0], b.Lab.Options.Progress); err != nil {
		return t, fmt.Errorf("open accounts on %s: %w", name, err)
	}
	return t, nil
}
