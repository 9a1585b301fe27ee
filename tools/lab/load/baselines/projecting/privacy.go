package projecting

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
	"example.com/pgcqrs/tools/lab/load/report"
)

// fewPeople is a number of people whose keys all fit into the cache.
const fewPeople = 500

// Personal measures the cost of encryption. A contact has a name and an address of eight bytes
// each. Encrypted, the two texts have about 170 bytes together. The benchmark compares commands
// that store such a contact with commands that store about 170 bytes without encryption.
func Personal(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	key := "file://" + filepath.Join(b.Lab.Dir, "key.json")
	if _, err := keyfile.New(key); err != nil {
		return nil, err
	}
	service, err := b.Api(ctx, "service", 1, "KEY_URI="+key)
	if err != nil {
		return nil, err
	}
	people, err := registered(ctx, b, service)
	if err != nil {
		return nil, err
	}
	few := min(fewPeople, b.Lab.Options.Accounts)
	side := func(name string, path func(c *drive.Client) string, body func() string) bench.Side {
		return b.RateOf(name, service, name, drive.Plan{Clients: 64, Step: func(c *drive.Client) { send(c, path(c), body()) }})
	}
	ofPeople := func(count int) func(c *drive.Client) string {
		return func(c *drive.Client) string { return "/v1/customers/" + people[c.Rand.IntN(count)] + "/contact" }
	}
	always := func(path string) func(*drive.Client) string { return func(*drive.Client) string { return path } }
	same := func(format string) func() string {
		body := fmt.Sprintf(format, inClear)
		return func() string { return body }
	}
	f, err := b.TakeTurns(ctx,
		side("deposits", func(c *drive.Client) string { return service.Accounts.Deposit(c.Rand.IntN(few), "").Path }, same(`{"amount":1,"reference":%q}`)),
		side("contacts", ofPeople(few), contact),
		side("of many", ofPeople(len(people)), contact),
		side("openings", always("/v1/accounts"), same(`{"owner":%q,"currency":"EUR"}`)),
		side("registrations", always("/v1/customers"), contact))
	if err != nil {
		return nil, err
	}
	return []score.Row{
		f.Row("contacts, encrypted / deposits in clear, of as many bytes", score.AtLeast(0.90), bench.PerSecond, "contacts", "deposits"),
		f.Row(fmt.Sprintf("contacts of %s people, keys read every 5 s / the same deposits", report.Count(int64(len(people)))), score.Goal{}, bench.PerSecond, "of many", "deposits"),
		f.Row("registrations, each with a new key / openings in clear", score.Goal{}, bench.PerSecond, "registrations", "openings"),
	}, nil
}

var inClear = strings.Repeat("x", 140)

// contacts is the number of calls of the function contact so far.
var contacts atomic.Int64

// contact returns a name and an address that no other call returns, because no two customers of a
// subject may have the same address. Every contact has the same length.
func contact() string {
	return fmt.Sprintf(`{"name":"Al","email":"%07x@b.test"}`, contacts.Add(1))
}

func send(c *drive.Client, path, body string) {
	answer, err := c.Send(wire.Request{Method: http.MethodPost, Path: path, Body: []byte(body)})
	c.Record("write", c.Began(), answer, err)
}

// registered registers as many customers as there are accounts, and returns the customers' ids.
func registered(ctx context.Context, b *bench.Bench, service bench.Target) (ids []string, err error) {
	var next atomic.Int64
	for range b.Lab.Options.Accounts {
		ids = append(ids, uuid.NewString())
	}
	plan := drive.Plan{Clients: 64, Count: int64(b.Lab.Options.Accounts), URLs: service.Urls, Name: "register", Progress: b.Lab.Options.Progress}
	plan.Step = func(c *drive.Client) {
		send(c, "/v1/customers", fmt.Sprintf(`{"id":%q,%s`, ids[next.Add(1)-1], contact()[1:]))
	}
	result, err := drive.Run(ctx, plan)
	if err == nil && result.Failed() > 0 {
		err = fmt.Errorf("%d customers were not registered: %v", result.Failed(), result.Parts[0].Errors)
	}
	return ids, err
}

// Chained compares the rate of writes with and without the hash chain over the log. In both cases,
// a projector follows the log.
func Chained(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx, followed(b, "not chained", service, bench.LagSQL, "CHAIN_INTERVAL=0s"), followed(b, "chained", service, bench.ChainLagSQL))
	if err != nil {
		return nil, err
	}
	row := f.Row("writes with the log chained by hashes / not chained", score.AtLeast(0.95), bench.PerSecond, "chained", "not chained")
	row.Note = bench.LagNote(f, "chained")
	return []score.Row{row}, nil
}
