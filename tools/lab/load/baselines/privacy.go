package baselines

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// fewPeople have their keys in memory while they are written to.
const fewPeople = 500

// personal measures what encryption costs: a contact's two texts of eight bytes are some 170 when they
// are encrypted, which the commands in clear store, too.
func (b *bench) personal(ctx context.Context) ([]Row, error) {
	key := "file://" + filepath.Join(b.dir, "key.json")
	if _, err := keyfile.New(key); err != nil {
		return nil, err
	}
	service, err := b.api(ctx, "service", 1, "KEY_URI="+key)
	if err != nil {
		return nil, err
	}
	people, err := b.registered(ctx, service)
	if err != nil {
		return nil, err
	}
	few := min(fewPeople, b.Accounts)
	side := func(name string, path func(c *drive.Client) string, body string) side {
		return b.rateOf(name, service, name, drive.Plan{Clients: 64, Step: func(c *drive.Client) { send(c, path(c), body) }})
	}
	contacts := func(count int) func(c *drive.Client) string {
		return func(c *drive.Client) string { return "/v1/customers/" + people[c.Rand.IntN(count)] + "/contact" }
	}
	always := func(path string) func(*drive.Client) string { return func(*drive.Client) string { return path } }
	f, err := b.takeTurns(ctx,
		side("deposits", func(c *drive.Client) string { return c.Accounts().Deposit(c.Rand.IntN(few), "").Path }, fmt.Sprintf(`{"amount":1,"reference":%q}`, inClear)),
		side("contacts", contacts(few), contact),
		side("of many", contacts(len(people)), contact),
		side("openings", always("/v1/accounts"), fmt.Sprintf(`{"owner":%q,"currency":"EUR"}`, inClear)),
		side("registrations", always("/v1/customers"), contact))
	if err != nil {
		return nil, err
	}
	return []Row{
		f.row("contacts, encrypted / deposits in clear, of as many bytes", atLeast(0.90), perSecond, "contacts", "deposits"),
		f.row(fmt.Sprintf("contacts of %s people, keys read every 5 s / the same deposits", report.Count(int64(len(people)))), Goal{}, perSecond, "of many", "deposits"),
		f.row("registrations, each with a new key / openings in clear", Goal{}, perSecond, "registrations", "openings"),
	}, nil
}

var inClear = strings.Repeat("x", 140)

const contact = `{"name":"Ada Love","email":"a@b.test"}`

func send(c *drive.Client, path, body string) {
	answer, err := c.Send(drive.Request{Method: http.MethodPost, Path: path, Body: []byte(body)})
	c.Record("write", c.Began(), answer, err)
}

// registered are the ids of as many customers as there are accounts.
func (b *bench) registered(ctx context.Context, service target) (ids []string, err error) {
	var next atomic.Int64
	for range b.Accounts {
		ids = append(ids, uuid.NewString())
	}
	plan := drive.Plan{Clients: 64, Count: int64(b.Accounts), URLs: service.urls, Name: "register", Accounts: service.accounts, Progress: b.Progress}
	plan.Step = func(c *drive.Client) {
		send(c, "/v1/customers", fmt.Sprintf(`{"id":%q,%s`, ids[next.Add(1)-1], contact[1:]))
	}
	result, err := drive.Run(ctx, plan)
	if err == nil && result.Failed() > 0 {
		err = fmt.Errorf("%d customers were not registered: %v", result.Failed(), result.Parts[0].Errors)
	}
	return ids, err
}

// chained is writes while a projector follows, and has the log chained or not.
func (b *bench) chained(ctx context.Context) ([]Row, error) {
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	f, err := b.takeTurns(ctx, b.followed("not chained", service, lagSQL, "CHAIN_INTERVAL=0s"), b.followed("chained", service, chainLagSQL))
	if err != nil {
		return nil, err
	}
	row := f.row("writes with the log chained by hashes / not chained", atLeast(0.95), perSecond, "chained", "not chained")
	row.Note = lagNote(f, "chained")
	return []Row{row}, nil
}
