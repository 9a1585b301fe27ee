package main

import (
	"fmt"
	"time"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/process/door"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/probe"
)

// Config is everything that can be set, from the environment.
type Config struct {
	DatabaseURL     string        `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://user:password@localhost:5432/pgcqrs" desc:"The database that is written to: the primary."`
	ReadDatabaseURL string        `envconfig:"READ_DATABASE_URL" url:"true" desc:"The database that queries read: the primary or a replica. Empty: DATABASE_URL."`
	APIAddr         string        `envconfig:"API_ADDR" default:"127.0.0.1:8080" desc:"Address that the API listens on, host:port."`
	APIOpsAddr      string        `envconfig:"API_OPS_ADDR" default:"127.0.0.1:8082" desc:"Address of health, readiness and metrics, host:port, without TLS: not for the public. Where AUTH=off they are at API_ADDR, and this one has profiles at the most."`
	TLSCert         string        `envconfig:"TLS_CERT" desc:"Certificate chain for API_ADDR, in PEM; most conveniently by TLS_CERT_FILE. Empty: plain HTTP, for what stands before it to encrypt."`
	TLSKey          string        `envconfig:"TLS_KEY" desc:"The certificate's private key, in PEM."`
	Auth            string        `envconfig:"AUTH" default:"oidc" oneof:"oidc,off" desc:"oidc: who calls brings a token of AUTH_ISSUER. off: everybody may do everything, at a loopback API_ADDR only."`
	AuthIssuer      string        `envconfig:"AUTH_ISSUER" url:"true" desc:"URL of the OpenID Connect issuer whose tokens are taken, as they name it: https, or http on this machine. The first start binds the database to it; with another the API does not start until migrate issuer has said whether its subjects are the same people. Of an address of this machine by http the port does not count."`
	AuthAudience    string        `envconfig:"AUTH_AUDIENCE" desc:"Whom the tokens must be for."`
	AuthTypes       string        `envconfig:"AUTH_TOKEN_TYPES" default:"at+jwt" desc:"Types (the header's typ) of tokens that are taken, separated by commas. An issuer that gives its access tokens no type of their own needs JWT here, or none, which stands for tokens without a type; ID tokens and logout tokens are then told by their claims alone."`
	AuthHTTP        string        `envconfig:"AUTH_INSECURE_HTTP" default:"false" desc:"true: take the issuer's keys from another machine over plain HTTP. Who can change them on the way can be anybody: for development. The URL of an issuer: that of this one alone."`
	KeyURI          string        `envconfig:"KEY_URI" example:"file:///etc/pgcqrs/key.json" desc:"The key that wraps the keys of personal data: a Tink keyset in JSON, which cmd/migrate makes. Empty: commands and queries with personal data are answered 503."`
	SubjectRate     int           `envconfig:"RATE_LIMIT" default:"200" min:"0" desc:"Requests per second that a subject may send to a process, and twice as many at once; the next is answered 429. 0: any number. AUTH=off knows no subjects, and no limit."`
	AddressRate     int           `envconfig:"RATE_LIMIT_ADDRESS" default:"1000" min:"0" desc:"The same for an address, counted before the token is looked at."`
	TrustedProxies  string        `envconfig:"TRUSTED_PROXIES" desc:"Networks of the proxies before the API, like 10.0.0.0/8,::1/128: the address of a request is then the last of X-Forwarded-For that is not one of them. A network larger than 10.0.0.0/8 or fc00::/7 is refused, since each client could then choose its address. Empty: the peer's."`
	WriteConns      int32         `envconfig:"WRITE_CONNECTIONS" default:"8" min:"3" desc:"Most connections to DATABASE_URL. Commits share one; a quarter of them are for keys of personal data, at most; the others load streams."`
	ReadConns       int32         `envconfig:"READ_CONNECTIONS" default:"16" min:"2" desc:"Most connections to READ_DATABASE_URL."`
	CommandTimeout  time.Duration `envconfig:"COMMAND_TIMEOUT" default:"10s" min:"100ms" desc:"How long a command may take, from its turn on."`
	QueryTimeout    time.Duration `envconfig:"QUERY_TIMEOUT" default:"10s" min:"100ms" desc:"How long a query may take, from its turn on, and after its wait for Min-Position."`
	IdempotencyKeep time.Duration `envconfig:"IDEMPOTENCY_KEEP" default:"24h" min:"1m" desc:"How long the answer to an Idempotency-Key is kept."`
	KeepStates      int           `envconfig:"KEEP_STATES" default:"50000" min:"0" desc:"How many streams' states of each kind are held in memory, so that a command need not load them. 0: none."`
	SnapshotKey     string        `envconfig:"SNAPSHOT_KEY" desc:"Secret that snapshots of long streams are authenticated by, at least 32 bytes, that of the projector: what somebody else has written under the projector's login is not taken. Empty: no snapshot is, and long streams are read from their beginning."`
	MaxConnections  int           `envconfig:"MAX_CONNECTIONS" default:"1024" min:"1" desc:"How many connections of clients may be open. The next has the one closed that has been without a request longest, for 0.1 s at least, and if there is one, of an address that has over half of MAX_CONNECTIONS_ADDRESS; where all have one, it is answered 503 and closed, but for probes."`
	AddressConns    int           `envconfig:"MAX_CONNECTIONS_ADDRESS" default:"128" min:"0" desc:"How many of them an address may have open. 0: any number. Those in TRUSTED_PROXIES have no such bound, nor has AUTH=off."`
	IdleTimeout     time.Duration `envconfig:"IDLE_TIMEOUT" default:"2m" min:"1s" desc:"How long a connection may stay open without a request. Behind a load balancer that keeps connections: longer than it does."`
	MaxCommands     int           `envconfig:"MAX_COMMANDS" default:"256" min:"1" desc:"How many commands may run at once; four times as many may wait for their turn. Of either a subject, or an address, may have half. Higher where commits take long, as with a distant standby: a flight holds 256 at most, and the next fills while one is out. Above 4,096 commands are answered 503 all the same."`
	MaxQueries      int           `envconfig:"MAX_QUERIES" default:"512" min:"1" desc:"How many queries may run at once; half as many may wait for their turn. Of either a subject, or an address, may have half. Both together below MAX_CONNECTIONS, so that queries that hang leave room for commands."`
	MaxQueueTime    time.Duration `envconfig:"MAX_QUEUE_TIME" default:"200ms" min:"1ms" desc:"How long a command or query may wait for its turn under overload; one that has had none by then is answered 503, after twice as long again. It is overload when the wait of the oldest request has been over half of this time, and has not become shorter, during six times this time: from then on the newest goes first. Without overload requests wait in order, for six times this time at most. At most 2s."`
	MaxWaits        int           `envconfig:"MAX_WAITS" default:"1024" min:"1" desc:"How many reads may wait for their Min-Position or Log-Epoch at once, which are no queries meanwhile; the next is answered 503."`
	SubjectRequests int           `envconfig:"MAX_REQUESTS_SUBJECT" default:"400" min:"0" desc:"How many requests of a subject may run or wait at once; the next is answered 429. 0: any number."`
	AddressRequests int           `envconfig:"MAX_REQUESTS_ADDRESS" default:"512" min:"0" desc:"The same for an address, counted before the token is looked at. Those in TRUSTED_PROXIES have no such bound."`
	SubjectWaits    int           `envconfig:"MAX_WAITS_SUBJECT" default:"256" min:"0" desc:"How many reads of a subject may wait at once; the next is answered 429. 0: any number."`
	AddressWaits    int           `envconfig:"MAX_WAITS_ADDRESS" default:"512" min:"0" desc:"The same for an address. Those in TRUSTED_PROXIES have no such bound."`
	FeedConns       int           `envconfig:"FEED_CONNECTIONS" default:"512" min:"1" desc:"Most feeds (answers that go on) that may be open; the next is answered 503. Keep it below MAX_CONNECTIONS, so that feeds leave room for other requests."`
	SubjectFeeds    int           `envconfig:"FEED_CONNECTIONS_SUBJECT" default:"32" min:"1" desc:"Most feeds of a subject that may be open; the next is answered 429."`
	AddressFeeds    int           `envconfig:"FEED_CONNECTIONS_ADDRESS" default:"128" min:"1" desc:"The same for an address. Those in TRUSTED_PROXIES have no such bound."`
	FeedTimeout     time.Duration `envconfig:"FEED_WRITE_TIMEOUT" default:"10s" min:"1s" desc:"How long the client of a feed may take nothing in before it is cut off."`
	Docs            bool          `envconfig:"DOCS_PAGE" default:"true" desc:"Serve the contract at /openapi.yaml and a page of it at /docs, to whoever asks."`
	AccessLog       bool          `envconfig:"ACCESS_LOG" default:"true" desc:"Log a line per request: its route, never its path, query or body."`
	UnsafeDatabase  string        `envconfig:"UNSAFE_DATABASE" default:"refuse" oneof:"refuse,accept" desc:"accept: start on a database whose fsync or full_page_writes is off, where a crash loses what was acknowledged. For tests. Readiness and database_setting_unsafe go on saying so."`
	process.Log
	probe.Debug
	process.Shutdown
}

// mostQueueTime is the longest MAX_QUEUE_TIME: requests wait for up to six times as long before their own time begins.
const mostQueueTime = 2 * time.Second

// load reads the environment, and holds it to what no variable's tag says.
func (c *Config) load() error {
	if err := env.Load(c, envconfig.Process); err != nil {
		return err
	}
	if c.MaxQueueTime > mostQueueTime {
		return fmt.Errorf("MAX_QUEUE_TIME must be at most %s: requests wait for up to six times as long, and their clients have given up by then", mostQueueTime)
	}
	return nil
}

// process is what the engine's process is given of it.
func (c *Config) process() api.Config {
	return api.Config{
		DatabaseURL:     c.DatabaseURL,
		ReadDatabaseURL: c.ReadDatabaseURL,
		OpsAddr:         c.APIOpsAddr,
		Door:            c.door(),
		KeyURI:          c.KeyURI,
		WriteConns:      c.WriteConns,
		ReadConns:       c.ReadConns,
		CommandTimeout:  c.CommandTimeout,
		QueryTimeout:    c.QueryTimeout,
		IdempotencyKeep: c.IdempotencyKeep,
		KeepStates:      c.KeepStates,
		SnapshotKey:     c.SnapshotKey,
		MaxConnections:  c.MaxConnections,
		IdleTimeout:     c.IdleTimeout,
		MaxCommands:     c.MaxCommands,
		MaxQueries:      c.MaxQueries,
		MaxQueueTime:    c.MaxQueueTime,
		MaxWaits:        c.MaxWaits,
		Live:            live.Bounds{Connections: c.FeedConns, OfSubject: c.SubjectFeeds, OfAddress: c.AddressFeeds, WriteTimeout: c.FeedTimeout},
		Docs:            c.Docs,
		AccessLog:       c.AccessLog,
		UnsafeDatabase:  c.UnsafeDatabase == "accept",
		Log:             c.Log,
		Debug:           c.Debug,
		Shutdown:        c.Shutdown,
	}
}

// door is what the environment says of who gets in.
func (c *Config) door() door.Config {
	return door.Config{
		Addr: c.APIAddr, Auth: c.Auth, Issuer: c.AuthIssuer, Audience: c.AuthAudience, TokenTypes: c.AuthTypes, InsecureHTTP: c.AuthHTTP,
		TLSCert: c.TLSCert, TLSKey: c.TLSKey, TrustedProxies: c.TrustedProxies, ConnsOf: c.AddressConns,
		Limits: admission.Limits{
			Subject: c.SubjectRate, Address: c.AddressRate,
			SubjectRequests: c.SubjectRequests, AddressRequests: c.AddressRequests,
			SubjectWaits: c.SubjectWaits, AddressWaits: c.AddressWaits,
		},
	}
}
