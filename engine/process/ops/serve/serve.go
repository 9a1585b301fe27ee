package serve

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"example.com/pgcqrs/engine/console"
	"example.com/pgcqrs/engine/console/login"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/loopback"
	"example.com/pgcqrs/engine/process/ops/output"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/process/probe"
)

// options has the flags of the subcommand.
type options struct {
	addr, url, header *string
	beyond, asJSON    *bool
}

// Serve returns the action of ops serve, which runs the console until ctx ends.
func Serve(flags *flag.FlagSet) (check func([]string) error, do verb.Action) {
	o := options{
		addr:   flags.String("addr", "127.0.0.1:8085", "`host:port` on which the console listens"),
		beyond: flags.Bool("beyond-loopback", false, "listen on an address that other machines can reach, too"),
		url:    flags.String("url", "", "`URL` by which browsers reach the console, if a proxy or a container is between; only this Host and the names of the loopback address are answered"),
		header: flags.String("login-header", "", "`name` of the header in which a proxy with a login of its own names the operator; no link is printed then"),
		asJSON: verb.JSONFlag(flags),
	}
	return func([]string) error { return o.check() }, func(ctx context.Context, on verb.Operated, _ []string, out io.Writer) error {
		return o.run(ctx, on, out)
	}
}

// check returns an error if the flags must not be used together.
func (o options) check() error {
	if !loopback.Is(*o.addr) && !*o.beyond {
		return fmt.Errorf("%s is an address that other machines can reach: listen on 127.0.0.1, or say -beyond-loopback", *o.addr)
	}
	_, err := o.site()
	return err
}

// site returns the URL of the flag -url, or nil.
func (o options) site() (*url.URL, error) {
	if *o.url == "" {
		return nil, nil //nolint:nilnil // there is no URL, which is no error
	}
	site, err := url.Parse(*o.url)
	if err != nil || site.Scheme != "http" && site.Scheme != "https" || site.Host == "" || strings.Trim(site.Path, "/") != "" || site.RawQuery != "" {
		return nil, fmt.Errorf("-url %q is not like https://console.example.com", *o.url)
	}
	return site, nil
}

// run serves the console, and prints a link each time that the last one was used.
func (o options) run(ctx context.Context, on verb.Operated, out io.Writer) error {
	site, err := o.site()
	if err != nil {
		return err
	}
	if err := checkTraceURL(on.Console.TraceURL); err != nil {
		return err
	}
	var hosts []string
	if site != nil {
		hosts = append(hosts, strings.ToLower(site.Hostname()))
	}
	base := site
	entry := login.New(login.Config{
		Operator: verb.Operator(), Header: *o.header, Secure: site != nil && site.Scheme == "https",
		Announce: func(token string) {
			link := base.JoinPath("login")
			link.RawQuery = url.Values{"token": {token}}.Encode()
			o.print(out, link.String())
		},
	})
	logger := on.Console.Logger
	handler := console.New(console.Config{
		Service: on.Chained.Service, Log: on.Chained.Store, Decode: on.Console.Decode, Aggregates: on.Console.Aggregates,
		Projections: on.Projections, Workflows: on.Workflows, Dead: on.Dead,
		TraceURL: on.Console.TraceURL, Hosts: hosts, Login: entry, Logger: logger,
	})
	return process.Server{
		Name: "console", Addr: *o.addr, AddrVariable: "-addr", Handler: handler, Logger: logger,
		Readiness: probe.NewReadiness(logger, nil), MaxConns: 64,
		Shutdown: process.Shutdown{ShutdownTimeout: 5 * time.Second},
		Listening: func(address net.Addr) {
			if base == nil {
				base = &url.URL{Scheme: "http", Host: browsable(address)}
			}
			entry.Start()
		},
	}.Run(ctx)
}

// print prints a link, each on its own line.
func (o options) print(out io.Writer, link string) {
	_ = output.Say(out, *o.asJSON, output.Deed{Did: "serves", Link: link}, "console: %s", link) // if standard output is closed, the operator can't see the link, and nobody can log in
}

// browsable returns the address that a browser on this machine uses.
func browsable(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return address.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// checkTraceURL returns an error if TRACE_LINK can't be a link.
func checkTraceURL(text string) error {
	if text == "" {
		return nil
	}
	site, err := url.Parse(strings.ReplaceAll(text, "{trace}", "0"))
	if err != nil || site.Scheme != "http" && site.Scheme != "https" || site.Host == "" || !strings.Contains(text, "{trace}") {
		return errors.New("TRACE_LINK is not like https://traces.example.com/trace/{trace}")
	}
	return nil
}
