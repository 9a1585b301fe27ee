package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/auth"
	"example.com/pgcqrs/internal/auth/issuers"
	"example.com/pgcqrs/internal/httpapi"
)

// door is who gets in, and how.
type door struct {
	open    bool // to everybody: AUTH=off
	check   auth.Check
	issuer  *auth.Issuer // nil if open, and until bind
	tokens  auth.Config  // that are taken
	limits  httpapi.Limits
	connsOf int         // connections that an address may have; 0: any number
	tls     *tls.Config // nil: plain HTTP
}

func newDoor(config Config, logger *slog.Logger) (d *door, err error) {
	d = &door{}
	if d.tls, err = tlsConfig(config); err != nil {
		return nil, err
	}
	if config.Auth == "off" {
		if !isLoopback(config.APIAddr) {
			return nil, fmt.Errorf("AUTH=off is for loopback addresses, and API_ADDR is %s: set AUTH_ISSUER and AUTH_AUDIENCE and unset AUTH, or set API_ADDR to one like 127.0.0.1:8080", config.APIAddr)
		}
		logger.Warn("AUTH=off: whoever reaches this address may do everything", "address", config.APIAddr)
		d.open, d.check = true, auth.Anybody
		return d, nil
	}
	if err := checkIssuer(config); err != nil {
		return nil, err
	}
	d.limits = httpapi.Limits{
		Subject: config.SubjectRate, Address: config.AddressRate,
		SubjectRequests: config.SubjectRequests, AddressRequests: config.AddressRequests,
		SubjectWaits: config.SubjectWaits, AddressWaits: config.AddressWaits,
	}
	if d.limits.TrustedProxies, err = networks(config.TrustedProxies); err != nil {
		return nil, err
	}
	d.connsOf = config.AddressConns
	types, err := tokenTypes(config.AuthTypes)
	if err != nil {
		return nil, err
	}
	d.tokens = auth.Config{URL: config.AuthIssuer, Audience: config.AuthAudience, Types: types, Logger: logger}
	return d, nil
}

// bind finds out how the issuer's subjects are stored in the database, if there is one: from here
// on tokens can be checked.
func (d *door) bind(ctx context.Context, writes *pgxpool.Pool) (err error) {
	if d.open {
		return nil
	}
	if d.tokens.Name, err = issuers.Bind(ctx, writes, d.tokens.URL); err != nil {
		return fmt.Errorf("AUTH_ISSUER is %s: %w", d.tokens.URL, err)
	}
	d.issuer = auth.NewIssuer(d.tokens)
	d.check = d.issuer.Check
	return nil
}

// run looks for the issuer, if there is one.
func (d *door) run(ctx context.Context) error {
	if d.open {
		return nil
	}
	return d.issuer.Run(ctx)
}

func (d *door) ready(ctx context.Context) error {
	if d.open {
		return nil
	}
	return d.issuer.Ready(ctx)
}

// checkIssuer says what is missing, and what to do to try the service out.
func checkIssuer(config Config) error {
	for name, value := range map[string]string{"AUTH_ISSUER": config.AuthIssuer, "AUTH_AUDIENCE": config.AuthAudience} {
		if value == "" {
			return fmt.Errorf("%s is not set: name the OpenID Connect issuer whose tokens are taken by AUTH_ISSUER, and whom they must be for by AUTH_AUDIENCE; or, to try the service out on a loopback address, let everybody do everything by AUTH=off", name)
		}
	}
	issuer, err := url.Parse(config.AuthIssuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.Scheme != "https" && issuer.Scheme != "http":
		return errors.New("AUTH_ISSUER can't be understood: it must be a URL, like https://login.example.com")
	case issuer.User != nil: // it would be shown in logs
		return errors.New("AUTH_ISSUER holds a user or a password: an issuer's URL has none")
	case issuer.Scheme == "http" && !isLoopback(issuer.Host) && !config.AuthHTTP:
		return errors.New("AUTH_ISSUER is on another machine and without TLS: who can change its keys on the way can be anybody. Use https, or, for development, set AUTH_INSECURE_HTTP=true")
	}
	return nil
}

func tokenTypes(list string) (types []string, err error) {
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text != "" {
			types = append(types, text)
		}
	}
	if len(types) == 0 {
		return nil, errors.New("AUTH_TOKEN_TYPES names no type: it must be a list like at+jwt,JWT")
	}
	return types, nil
}

// isLoopback says whether an address, with a port or without, can be reached from this
// machine only.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func networks(list string) ([]netip.Prefix, error) {
	var found []netip.Prefix
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("TRUSTED_PROXIES can't be understood: %q must be a network, like 10.0.0.0/8 or ::1/128", text)
		}
		found = append(found, network.Masked())
	}
	return found, nil
}

func tlsConfig(config Config) (*tls.Config, error) {
	if config.TLSCert == "" && config.TLSKey == "" {
		return nil, nil
	}
	certificate, err := tls.X509KeyPair([]byte(config.TLSCert), []byte(config.TLSKey))
	if err != nil { // its text may show what it could not read
		return nil, errors.New("TLS_CERT and TLS_KEY are no certificate and its key: set both, in PEM, most conveniently by TLS_CERT_FILE and TLS_KEY_FILE")
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}
