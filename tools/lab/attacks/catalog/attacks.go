//go:build linux

package catalog

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"time"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/tools/lab/attacks/generator"
	"example.com/pgcqrs/tools/lab/attacks/world"
)

// Attack is something that one client does to a service that other clients also use.
type Attack struct {
	Name, Does string
	Meanwhile  func(ctx context.Context, w *world.World) (end func(), err error) // starts another fault for the time of the attack; nil: no fault
	Send       func(ctx context.Context, g *generator.Generator)                 // starts the attack and returns immediately; the attack continues until ctx ends
}

// All lists the attacks, each with its rate or its number of connections. These numbers are so high
// that each attack stops or slows other clients if the service has no bound against the attack.
var All = []Attack{
	{"waits-far", "30 reads a second of one subject that wait for position 999,999,999,999", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 30, func(int) generator.Request { return wait(g, 0, 999_999_999_999) })
	}},
	{"waits-beyond", "150 a second that wait for the last position that there is", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 150, func(int) generator.Request { return wait(g, 0, math.MaxInt64) })
	}},
	{"waits-near", "150 a second that wait for what may come within their time", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 150, func(int) generator.Request { return wait(g, 0, g.Job.Head+1_000_000) })
	}},
	{"waits-subjects", "the same of 50 subjects at one address", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 150, func(i int) generator.Request { return wait(g, i, g.Job.Head+1_000_000) })
	}},
	{"waits-connections", "900 at once, on connections of their own", nil, func(ctx context.Context, g *generator.Generator) {
		r := wait(g, 0, g.Job.Head+1_000_000)
		g.Connect(ctx, 900, 1, generator.Say(head(g, r)+"\r\n"))
	}},
	{"idle", "1,100 connections, each quiet after one GET /healthz without a token", nil, func(ctx context.Context, g *generator.Generator) {
		g.Connect(ctx, generator.Connections, 1, generator.Say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
	}},
	{"idle-addresses", "the same from 16 addresses", nil, func(ctx context.Context, g *generator.Generator) {
		g.Connect(ctx, generator.Connections, 16, generator.Say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
	}},
	{"silent", "1,100 connections on which nothing is sent", nil, func(ctx context.Context, g *generator.Generator) {
		g.Connect(ctx, generator.Connections, 1, generator.Say(""))
	}},
	{"headers", "1,100 connections with half of their headers, made anew as they are closed", nil, func(ctx context.Context, g *generator.Generator) {
		g.Connect(ctx, generator.Connections, 1, generator.Say("GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Header: "))
	}},
	{"headers-addresses", "the same from 16 addresses", nil, func(ctx context.Context, g *generator.Generator) {
		g.Connect(ctx, generator.Connections, 16, generator.Say("GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Header: "))
	}},
	{"bodies", "1,100 commands whose bodies come a byte a second", nil, func(ctx context.Context, g *generator.Generator) {
		r := generator.Request{Method: http.MethodPost, Path: g.Job.Account + "/deposits", Token: g.Job.Tokens[0]}
		g.Connect(ctx, generator.Connections, 1, generator.Dribble(head(g, r)+"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"))
	}},
	{"docs", "130 a second of the docs page's script, without gzip and without a token", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 130, func(int) generator.Request {
			return generator.Request{Method: http.MethodGet, Path: "/docs/swagger-ui-bundle.js"}
		})
	}},
	{"past-version", "64 requests at the same time for a late version of an account of 200,000 events", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtOnce(ctx, 64, time.Millisecond, func(i int) generator.Request { return past(g, fmt.Sprintf("version=%d", g.Job.Version-i%1000)) })
	}},
	{"past-at", "64 requests at the same time for the state of that account at a late time", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtOnce(ctx, 64, time.Millisecond, func(i int) generator.Request {
			return past(g, "at="+time.Now().Add(-time.Duration(i%1000)*time.Second).UTC().Format("2006-01-02T15:04:05Z"))
		})
	}},
	{
		"keys-unknown", "800 requests at the same time with tokens of unknown keys, while the issuer accepts requests and answers none",
		func(_ context.Context, w *world.World) (func(), error) { return w.StallIssuer(), nil },
		func(ctx context.Context, g *generator.Generator) {
			stranger := devissuer.New(g.Job.Issuer)
			g.AtOnce(ctx, 800, time.Second, func(int) generator.Request {
				token, _ := stranger.Token(stranger.Claims("stranger", "accounts:read")) // after an error the token is empty, and the service does not accept an empty token either
				return generator.Request{Method: http.MethodGet, Path: g.Job.Account, Token: token}
			})
		},
	},
	{
		"keys-locked", "40 reads of customers at once, while the table of their keys is locked",
		func(ctx context.Context, w *world.World) (func(), error) { return w.LockKeys(ctx) },
		func(ctx context.Context, g *generator.Generator) {
			g.AtOnce(ctx, len(g.Job.Customers), time.Millisecond, func(i int) generator.Request {
				return generator.Request{Method: http.MethodGet, Path: g.Job.Customers[i%len(g.Job.Customers)], Token: g.Job.Tokens[0]}
			})
		},
	},
	{"commands", "190 commands a second of one subject, below its rate", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 190, func(int) generator.Request { return deposit(g, g.Job.Tokens[0]) })
	}},
	{"flood", "1,500 a second, above it", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 1500, func(int) generator.Request { return deposit(g, g.Job.Tokens[0]) })
	}},
	{"large", "190 bodies a second of 64 KiB with 5,000 fields", nil, func(ctx context.Context, g *generator.Generator) {
		body := fields(5000)
		g.AtRate(ctx, 190, func(int) generator.Request {
			return generator.Request{Method: http.MethodPost, Path: g.Job.Account + "/deposits", Body: body, Token: g.Job.Tokens[0]}
		})
	}},
	{"streams", "190 new accounts a second", nil, func(ctx context.Context, g *generator.Generator) {
		g.AtRate(ctx, 190, func(int) generator.Request {
			return generator.Request{Method: http.MethodPost, Path: "/v1/accounts", Body: `{"owner":"Many","currency":"EUR"}`, Token: g.Job.Tokens[0]}
		})
	}},
}

// Send starts the attack that the generator's job names.
func Send(ctx context.Context, g *generator.Generator) {
	for _, a := range All {
		if a.Name == g.Job.Attack {
			a.Send(ctx, g)
		}
	}
}
