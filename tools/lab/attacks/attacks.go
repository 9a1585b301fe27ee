//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// attack is what one client does to a service that others use, too.
type attack struct {
	name, does string
	meanwhile  func(ctx context.Context, w *world) (end func(), err error) // what else is wrong; nil: nothing
	send       func(ctx context.Context, g *generator)                     // returns, and goes on until ctx ends
}

// attacks are all that there are, each at a rate that stopped others, or slowed them, before there was a bound.
var attacks = []attack{
	{"waits-far", "30 reads a second of one subject that wait for position 999,999,999,999", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 30, func(int) request { return g.wait(0, 999_999_999_999) })
	}},
	{"waits-beyond", "150 a second that wait for the last position that there is", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 150, func(int) request { return g.wait(0, math.MaxInt64) })
	}},
	{"waits-near", "150 a second that wait for what may come within their time", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 150, func(int) request { return g.wait(0, g.Head+1_000_000) })
	}},
	{"waits-subjects", "the same of 50 subjects at one address", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 150, func(i int) request { return g.wait(i, g.Head+1_000_000) })
	}},
	{"waits-connections", "900 at once, on connections of their own", nil, func(ctx context.Context, g *generator) {
		r := g.wait(0, g.Head+1_000_000)
		g.connect(ctx, 900, 1, say(g.head(r)+"\r\n"))
	}},
	{"idle", "1,100 connections, each quiet after one GET /healthz without a token", nil, func(ctx context.Context, g *generator) {
		g.connect(ctx, connections, 1, say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
	}},
	{"idle-addresses", "the same from 16 addresses", nil, func(ctx context.Context, g *generator) {
		g.connect(ctx, connections, 16, say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
	}},
	{"silent", "1,100 connections on which nothing is sent", nil, func(ctx context.Context, g *generator) {
		g.connect(ctx, connections, 1, say(""))
	}},
	{"headers", "1,100 connections with half of their headers, made anew as they are closed", nil, func(ctx context.Context, g *generator) {
		g.connect(ctx, connections, 1, say("GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Header: "))
	}},
	{"headers-addresses", "the same from 16 addresses", nil, func(ctx context.Context, g *generator) {
		g.connect(ctx, connections, 16, say("GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Header: "))
	}},
	{"bodies", "1,100 commands whose bodies come a byte a second", nil, func(ctx context.Context, g *generator) {
		r := request{method: http.MethodPost, path: g.Account + "/deposits", token: g.Tokens[0]}
		g.connect(ctx, connections, 1, dribble(g.head(r)+"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"))
	}},
	{"docs", "130 a second of the docs page's script, without gzip and without a token", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 130, func(int) request { return request{method: http.MethodGet, path: "/docs/swagger-ui-bundle.js"} })
	}},
	{"past-version", "64 at once that ask for a late version of an account of 200,000 events", nil, func(ctx context.Context, g *generator) {
		g.atOnce(ctx, 64, time.Millisecond, func(i int) request { return g.past(fmt.Sprintf("version=%d", g.Version-i%1000)) })
	}},
	{"past-at", "64 at once that ask for a late moment of it", nil, func(ctx context.Context, g *generator) {
		g.atOnce(ctx, 64, time.Millisecond, func(i int) request {
			return g.past("at=" + time.Now().Add(-time.Duration(i%1000)*time.Second).UTC().Format("2006-01-02T15:04:05Z"))
		})
	}},
	{
		"keys-unknown", "800 at once with tokens of keys that nobody knows, while the issuer takes requests and answers none",
		func(_ context.Context, w *world) (func(), error) { return w.issuer.stall(), nil },
		func(ctx context.Context, g *generator) {
			stranger := devissuer.New(g.Issuer)
			g.atOnce(ctx, 800, time.Second, func(int) request {
				token, _ := stranger.Token(stranger.Claims("stranger", "accounts:read")) // else it is none, which is as unknown
				return request{method: http.MethodGet, path: g.Account, token: token}
			})
		},
	},
	{
		"keys-locked", "40 reads of customers at once, while the table of their keys is locked",
		func(ctx context.Context, w *world) (func(), error) { return w.lockKeys(ctx) },
		func(ctx context.Context, g *generator) {
			g.atOnce(ctx, len(g.Customers), time.Millisecond, func(i int) request {
				return request{method: http.MethodGet, path: g.Customers[i%len(g.Customers)], token: g.Tokens[0]}
			})
		},
	},
	{"commands", "190 commands a second of one subject, below its rate", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 190, func(int) request { return g.deposit(g.Tokens[0]) })
	}},
	{"flood", "1,500 a second, above it", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 1500, func(int) request { return g.deposit(g.Tokens[0]) })
	}},
	{"large", "190 bodies a second of 64 KiB with 5,000 fields", nil, func(ctx context.Context, g *generator) {
		body := fields(5000)
		g.atRate(ctx, 190, func(int) request {
			return request{method: http.MethodPost, path: g.Account + "/deposits", body: body, token: g.Tokens[0]}
		})
	}},
	{"streams", "190 new accounts a second", nil, func(ctx context.Context, g *generator) {
		g.atRate(ctx, 190, func(int) request {
			return request{method: http.MethodPost, path: "/v1/accounts", body: `{"owner":"Many","currency":"EUR"}`, token: g.Tokens[0]}
		})
	}},
}

// wait is a read by one of the subjects that waits for a position as long as it may.
func (g *generator) wait(subject int, position int64) request {
	return request{
		method: http.MethodGet, path: g.Account, token: g.Tokens[subject%len(g.Tokens)],
		headers: []string{"Min-Position", fmt.Sprint(position), "Prefer", "wait=30"},
	}
}

// past asks for the long account as it was.
func (g *generator) past(until string) request {
	return request{method: http.MethodGet, path: g.Long + "/events?limit=1&" + until, token: g.Tokens[0]}
}

func (g *generator) deposit(token string) request {
	return request{method: http.MethodPost, path: g.Account + "/deposits", body: `{"amount":1}`, token: token}
}

// head is a request as it goes over the wire, up to where more headers could come.
func (g *generator) head(r request) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n", r.method, r.path, g.API, r.token)
	for i := 0; i+1 < len(r.headers); i += 2 {
		fmt.Fprintf(&out, "%s: %s\r\n", r.headers[i], r.headers[i+1])
	}
	return out.String()
}

// fields is an object of so many, none of which means anything.
func fields(count int) string {
	var out strings.Builder
	out.WriteString(`{"amount":1`)
	for i := range count {
		fmt.Fprintf(&out, `,"f%06d":1`, i)
	}
	out.WriteString("}")
	return out.String()
}
