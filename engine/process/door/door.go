package door

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/auth/issuers"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/process/loopback"
)

// Config has the settings from the environment that control access. The comment of a field names
// its environment variable.
type Config struct {
	Addr           string // API_ADDR
	Auth           string // AUTH: oidc or off
	Issuer         string // AUTH_ISSUER
	Audience       string // AUTH_AUDIENCE
	TokenTypes     string // AUTH_TOKEN_TYPES
	InsecureHTTP   string // AUTH_INSECURE_HTTP
	TLSCert        string // TLS_CERT
	TLSKey         string // TLS_KEY
	TrustedProxies string // TRUSTED_PROXIES
	Limits         admission.Limits
	ConnsOf        int // MAX_CONNECTIONS_ADDRESS
}

// Door decides which requests may access the API.
type Door struct {
	Open    bool             // whether everybody has access: AUTH=off
	Check   auth.Check       // checks a token; nil until Bind has returned, and if Open
	Tokens  auth.Config      // which tokens are accepted
	Limits  admission.Limits // limits per client; zero if Open
	ConnsOf int              // limit on the connections of one address; 0: no limit
	TLS     *tls.Config      // nil: plain HTTP

	issuer *auth.Issuer // nil until Bind has returned, and if Open
}

// New returns the Door that the configuration describes. If the configuration is wrong, New returns
// an error that says what is wrong.
func New(config Config, logger *slog.Logger) (d *Door, err error) {
	d = &Door{}
	if d.TLS, err = tlsConfig(config); err != nil {
		return nil, err
	}
	if config.Auth == "off" {
		if !loopback.Is(config.Addr) {
			return nil, fmt.Errorf("AUTH=off is for loopback addresses, and API_ADDR is %s: set AUTH_ISSUER and AUTH_AUDIENCE and unset AUTH, or set API_ADDR to one like 127.0.0.1:8080", config.Addr)
		}
		logger.Warn("AUTH=off: whoever reaches this address may do everything", "address", config.Addr)
		d.Open, d.Check = true, auth.Anybody
		return d, nil
	}
	if err := checkIssuer(config); err != nil {
		return nil, err
	}
	d.Limits = config.Limits
	if d.Limits.TrustedProxies, err = networks(config.TrustedProxies); err != nil {
		return nil, err
	}
	d.ConnsOf = config.ConnsOf
	types, err := tokenTypes(config.TokenTypes)
	if err != nil {
		return nil, err
	}
	d.Tokens = auth.Config{URL: config.Issuer, Audience: config.Audience, Types: types, Logger: logger}
	return d, nil
}

// Bind reads from the database the name under which the issuer's subjects are stored. The Door can
// check tokens only after Bind has returned. With AUTH=off, Bind does nothing.
func (d *Door) Bind(ctx context.Context, writes *pgxpool.Pool, registry prometheus.Registerer) (err error) {
	if d.Open {
		return nil
	}
	if d.Tokens.Name, err = issuers.Bind(ctx, writes, d.Tokens.URL); err != nil {
		return fmt.Errorf("AUTH_ISSUER is %s: %w", d.Tokens.URL, err)
	}
	d.issuer = auth.NewIssuer(d.Tokens)
	d.Check = d.issuer.Check
	promauto.With(registry).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "issuer_keys_age_seconds", Help: "Time since the token issuer's keys were last read, or, before the first read, since the start. Absent with AUTH=off.",
	}, func() float64 { return d.issuer.KeysAge().Seconds() })
	return nil
}

// Run reads the keys of the issuer at intervals until ctx ends. With AUTH=off, Run returns nil
// immediately.
func (d *Door) Run(ctx context.Context) error {
	if d.Open {
		return nil
	}
	return d.issuer.Run(ctx)
}

// Ready returns nil while tokens can be checked, and an error otherwise.
func (d *Door) Ready(ctx context.Context) error {
	if d.Open {
		return nil
	}
	return d.issuer.Ready(ctx)
}

// Handler returns the handler of the API. With AUTH=off, this handler rejects a request whose Host
// is not a name of this machine. Otherwise a web page in a browser could reach the API.
func (d *Door) Handler(api http.Handler) http.Handler {
	if d.Open {
		return loopback.OnlyHosts(api)
	}
	return api
}

// checkIssuer returns an error if a setting for the issuer is missing or wrong. The error names the
// setting, and says how to try the service out.
func checkIssuer(config Config) error {
	for name, value := range map[string]string{"AUTH_ISSUER": config.Issuer, "AUTH_AUDIENCE": config.Audience} {
		if value == "" {
			return fmt.Errorf("%s is not set: name the OpenID Connect issuer whose tokens are taken by AUTH_ISSUER, and whom they must be for by AUTH_AUDIENCE; or, to try the service out on a loopback address, let everybody do everything by AUTH=off", name)
		}
	}
	issuer, err := url.Parse(config.Issuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.Scheme != "https" && issuer.Scheme != "http":
		return errors.New("AUTH_ISSUER can't be understood: it must be a URL, like https://login.example.com")
	case issuer.User != nil: // the log would show the user info
		return errors.New("AUTH_ISSUER holds a user or a password: an issuer's URL has none")
	case issuer.RawQuery != "" || issuer.Fragment != "": // OpenID Connect Core 1.0, 2; the log would show a secret in that part of the URL
		return errors.New("AUTH_ISSUER has a query or a fragment: an issuer's URL has none")
	}
	insecure, err := insecureHTTP(config)
	if err == nil && issuer.Scheme == "http" && !loopback.Is(issuer.Host) && !insecure {
		err = errors.New("AUTH_ISSUER is on another machine and without TLS: who can change its keys on the way can be anybody. Use https, or, for development, set AUTH_INSECURE_HTTP=true, or to this issuer's URL")
	}
	return err
}

// insecureHTTP reports whether the issuer's keys may be read over plain HTTP from another machine.
func insecureHTTP(config Config) (bool, error) {
	if said, err := strconv.ParseBool(config.InsecureHTTP); err == nil {
		return said, nil
	}
	if !strings.HasPrefix(config.InsecureHTTP, "http://") {
		return false, errors.New("AUTH_INSECURE_HTTP can't be understood: it must be true, false, or the URL of the issuer that it is for, like http://issuer:8083")
	}
	return config.InsecureHTTP == config.Issuer, nil
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
		if network.Addr().Is4In6() && network.Bits() >= 96 { // IPv4 addresses are compared as IPv4
			network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96)
		}
		if least := leastBits(network.Addr()); network.Bits() < least {
			return nil, fmt.Errorf("TRUSTED_PROXIES has %q, which is everybody, or nearly (less than /%d): each client could then say by X-Forwarded-For that it is another, and no limit by address would hold. Name the networks of the proxies alone", text, least)
		}
		found = append(found, network.Masked())
	}
	return found, nil
}

// leastBits returns the smallest number of bits that the prefix of a network of proxies may have.
// This number is the prefix length of the largest private networks, 10.0.0.0/8 and fc00::/7 (RFC
// 1918, RFC 4193).
func leastBits(of netip.Addr) int {
	if of.Is4() {
		return 8
	}
	return 7
}

// suites are the accepted cipher suites of TLS 1.2. Each suite has authenticated encryption. Each
// suite also protects earlier traffic from an attacker who gets the certificate's key later. All
// suites of TLS 1.3 have both properties. Go prefers the suites that are fast on the machine.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
}

func tlsConfig(config Config) (*tls.Config, error) {
	if config.TLSCert == "" && config.TLSKey == "" {
		return nil, nil
	}
	certificate, err := tls.X509KeyPair([]byte(config.TLSCert), []byte(config.TLSKey))
	if err != nil { // the error's text may quote the file
		return nil, errors.New("TLS_CERT and TLS_KEY are no certificate and its key: set both, in PEM, most conveniently by TLS_CERT_FILE and TLS_KEY_FILE")
	}
	return &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, CipherSuites: suites, NextProtos: []string{"h2", "http/1.1"},
	}, nil
}
