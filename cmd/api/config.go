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
	"example.com/pgcqrs/engine/process/telemetry"
)

// Config has all settings of this program, from the environment.
type Config struct {
	DatabaseURL     string        `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://user:password@localhost:5432/pgcqrs" desc:"URL of the database to which commands write: the primary."`
	ReadDatabaseURL string        `envconfig:"READ_DATABASE_URL" url:"true" desc:"URL of the database that queries read: the primary or a replica. Empty: DATABASE_URL."`
	APIAddr         string        `envconfig:"API_ADDR" default:"127.0.0.1:8080" desc:"Address at which the API listens, host:port."`
	APIOpsAddr      string        `envconfig:"API_OPS_ADDR" default:"127.0.0.1:8082" desc:"Address of health, readiness and metrics, host:port, without TLS. Do not make this address public. With AUTH=off, health, readiness and metrics are served at API_ADDR instead, and API_OPS_ADDR serves only profiles, if DEBUG_PROFILES is set."`
	TLSCert         string        `envconfig:"TLS_CERT" desc:"Certificate chain for API_ADDR, in PEM. It is more convenient to store the chain in a file, and to set TLS_CERT_FILE to the name of the file. Empty: plain HTTP, for use behind a proxy that encrypts."`
	TLSKey          string        `envconfig:"TLS_KEY" desc:"The certificate's private key, in PEM."`
	Auth            string        `envconfig:"AUTH" default:"oidc" oneof:"oidc,off" desc:"oidc: callers need a token of AUTH_ISSUER. off: no token is needed, and everybody may do everything; API_ADDR must then be a loopback address."`
	AuthIssuer      string        `envconfig:"AUTH_ISSUER" url:"true" desc:"URL of the OpenID Connect issuer whose tokens are accepted, exactly as the tokens name it. It is an https URL, or an http URL if the issuer runs on this machine. The first API process that starts on a database stores this issuer in the database. With another issuer the API does not start until an operator has declared, by the command migrate issuer, whether the subjects of both issuers are the same people. Only the port of an http URL on this machine may change without this declaration."`
	AuthAudience    string        `envconfig:"AUTH_AUDIENCE" desc:"Audience (aud) that a token must name."`
	AuthTypes       string        `envconfig:"AUTH_TOKEN_TYPES" default:"at+jwt" desc:"Accepted types of tokens (typ in a token's header), separated by commas. If the issuer's access tokens have the general type JWT, add JWT to this list. If the access tokens have no type, add the word none. ID tokens and logout tokens may then have the same type as access tokens. In this case the API recognizes ID tokens and logout tokens only by their claims, and refuses them."`
	AuthHTTP        string        `envconfig:"AUTH_INSECURE_HTTP" default:"false" desc:"true: read the issuer's keys over plain HTTP, even from another machine. This is for development only: an attacker who can change the keys on their way can pretend to be anybody. If the value is the URL of an issuer, plain HTTP is allowed for this issuer only."`
	KeyURI          string        `envconfig:"KEY_URI" example:"file:///etc/pgcqrs/key.json" desc:"URI of the key that encrypts (wraps) the keys of persons: a Tink keyset in JSON, which cmd/migrate creates. Empty: commands and queries with personal data are answered 503."`
	SubjectRate     int           `envconfig:"RATE_LIMIT" default:"200" min:"0" desc:"Requests per second that a subject may send to one process, with bursts of twice as many; further requests are answered 429. 0: no limit. With AUTH=off there are no subjects, and so no limit."`
	AddressRate     int           `envconfig:"RATE_LIMIT_ADDRESS" default:"1000" min:"0" desc:"Like RATE_LIMIT, but for each client address. A request counts even if its token is not valid."`
	TrustedProxies  string        `envconfig:"TRUSTED_PROXIES" desc:"Networks of the proxies in front of the API, like 10.0.0.0/8,::1/128. The client address of a request is then the last address in X-Forwarded-For that is not in any of these networks. The API refuses networks larger than 10.0.0.0/8 or fc00::/7, because with such a network each client could choose its address. Empty: the client address is the address from which the connection comes."`
	WriteConns      int32         `envconfig:"WRITE_CONNECTIONS" default:"8" min:"3" desc:"Maximum number of connections to DATABASE_URL. One connection is for all commits. At most a quarter of the connections read and write the keys of persons. The other connections load streams."`
	ReadConns       int32         `envconfig:"READ_CONNECTIONS" default:"16" min:"2" desc:"Maximum number of connections to READ_DATABASE_URL."`
	CommandTimeout  time.Duration `envconfig:"COMMAND_TIMEOUT" default:"10s" min:"100ms" desc:"How long a command may run. The time in the queue before that does not count."`
	QueryTimeout    time.Duration `envconfig:"QUERY_TIMEOUT" default:"10s" min:"100ms" desc:"How long a query may run. The time in the queue and the wait for Min-Position do not count."`
	IdempotencyKeep time.Duration `envconfig:"IDEMPOTENCY_KEEP" default:"24h" min:"1m" desc:"How long the service stores the answer to a command that was sent with an Idempotency-Key."`
	KeepStates      int           `envconfig:"KEEP_STATES" default:"50000" min:"0" desc:"How many states of each type of stream stay in memory, so that a command need not load its stream. 0: none."`
	SnapshotKey     string        `envconfig:"SNAPSHOT_KEY" desc:"Secret that authenticates snapshots of long streams: at least 32 bytes, the same as the projector's. If somebody without this secret has written a snapshot with the projector's login, the API ignores the snapshot. Empty: the API uses no snapshots, and reads long streams from their beginning."`
	MaxConnections  int           `envconfig:"MAX_CONNECTIONS" default:"1024" min:"1" desc:"Maximum number of open client connections. When this number is reached and a new connection arrives, the API closes the connection that has been idle for the longest time, if it has been idle for at least 0.1 s. If an address has more open connections than half of MAX_CONNECTIONS_ADDRESS, its connections are closed first. If no connection has been idle for 0.1 s, the API answers the first request on the new connection with 503, and closes the connection. Only probes still get their usual answer."`
	AddressConns    int           `envconfig:"MAX_CONNECTIONS_ADDRESS" default:"128" min:"0" desc:"Maximum number of open connections of one address. 0: no limit. There is no limit for addresses in TRUSTED_PROXIES, and no limit at all with AUTH=off."`
	IdleTimeout     time.Duration `envconfig:"IDLE_TIMEOUT" default:"2m" min:"1s" desc:"How long a connection may stay open without a request. Behind a load balancer that reuses connections, set a longer time than the load balancer's own idle time-out."`
	MaxCommands     int           `envconfig:"MAX_COMMANDS" default:"256" min:"1" desc:"Maximum number of commands that run at the same time; four times as many may wait. The commands of one subject, or of one address, may be at most half of the running commands and half of the waiting commands. A flight (a batch of appends) has at most 256 commands. While a flight is under way, the next flight collects commands. Raise MAX_COMMANDS if commits take long, for example because of a distant standby. A number above 4,096 has little effect: while 4,096 commands on streams of one type have no answer yet, the API answers further commands on such streams with 503."`
	MaxQueries      int           `envconfig:"MAX_QUERIES" default:"512" min:"1" desc:"Maximum number of queries that run at the same time; half as many may wait. The queries of one subject, or of one address, may be at most half of the running queries and half of the waiting queries. Keep the sum of running and waiting queries below MAX_CONNECTIONS, so that queries that hang leave connections for commands."`
	MaxQueueTime    time.Duration `envconfig:"MAX_QUEUE_TIME" default:"200ms" min:"1ms" desc:"Time T for which a command or query may wait to run under overload; then it is refused. The API sends the refusal, 503, only after another 2 T, so that clients do not retry immediately. Overload begins when two things have been true for a time of 6 T: the oldest waiting request has waited longer than T/2, and its waiting time has not decreased. During overload the newest request runs first. Without overload, requests run in their order of arrival, and wait for at most 6 T. The maximum of T is 2s."`
	MaxWaits        int           `envconfig:"MAX_WAITS" default:"1024" min:"1" desc:"Maximum number of queries that wait at the same time for their Min-Position or Log-Epoch; further queries of this kind are answered 503. A waiting query does not count towards MAX_QUERIES."`
	SubjectRequests int           `envconfig:"MAX_REQUESTS_SUBJECT" default:"400" min:"0" desc:"Maximum number of requests of one subject that run or wait at the same time; further requests are answered 429. 0: no limit."`
	AddressRequests int           `envconfig:"MAX_REQUESTS_ADDRESS" default:"512" min:"0" desc:"Like MAX_REQUESTS_SUBJECT, but for each address. A request counts even if its token is not valid. This limit does not apply to addresses in TRUSTED_PROXIES."`
	SubjectWaits    int           `envconfig:"MAX_WAITS_SUBJECT" default:"256" min:"0" desc:"Maximum number of queries of one subject that wait at the same time for their Min-Position or Log-Epoch; further queries of this kind are answered 429. 0: no limit."`
	AddressWaits    int           `envconfig:"MAX_WAITS_ADDRESS" default:"512" min:"0" desc:"Like MAX_WAITS_SUBJECT, but for each address. This limit does not apply to addresses in TRUSTED_PROXIES."`
	FeedConns       int           `envconfig:"FEED_CONNECTIONS" default:"512" min:"1" desc:"Maximum number of open streaming answers, such as feeds; further requests for a streaming answer are answered 503. Keep this number below MAX_CONNECTIONS, so that streaming answers leave connections for other requests."`
	SubjectFeeds    int           `envconfig:"FEED_CONNECTIONS_SUBJECT" default:"32" min:"1" desc:"Maximum number of open streaming answers of one subject; further requests of this subject for a streaming answer are answered 429."`
	AddressFeeds    int           `envconfig:"FEED_CONNECTIONS_ADDRESS" default:"128" min:"1" desc:"Like FEED_CONNECTIONS_SUBJECT, but for each address. This limit does not apply to addresses in TRUSTED_PROXIES."`
	FeedTimeout     time.Duration `envconfig:"FEED_WRITE_TIMEOUT" default:"10s" min:"1s" desc:"How long the client of a streaming answer may read nothing before the API closes the connection. The time begins when the buffers of the connection are full; they may hold megabytes of events."`
	Docs            bool          `envconfig:"DOCS_PAGE" default:"true" desc:"Serve the API contract at /openapi.yaml and as a page at /docs, to everybody."`
	AccessLog       string        `envconfig:"ACCESS_LOG" default:"true" oneof:"true,failures,false" desc:"true: log one line per request. The line has the route, but never the path, the query or the body. failures: only for requests that were answered 400 or higher. false: for no request."`
	LogSubject      string        `envconfig:"LOG_SUBJECT" default:"plain" oneof:"plain,hash" desc:"plain: log lines about requests have the caller's subject. hash: they have subject_hash instead, from which nobody can compute the subject without a key of the database. Set it if the subjects of your issuer are names or email addresses, or if others can read your logs."`
	UnsafeDatabase  string        `envconfig:"UNSAFE_DATABASE" default:"refuse" oneof:"refuse,accept" desc:"accept: start even if fsync or full_page_writes is off in the database. A crash may then lose acknowledged writes, so use this value only for tests. Readiness and the metric database_setting_unsafe still report the setting of the database."`
	telemetry.Traces
	process.Log
	process.Repeats
	probe.Debug
	process.Shutdown
}

// mostQueueTime is the largest allowed MAX_QUEUE_TIME. A request may wait in the queue for up to
// six times MAX_QUEUE_TIME, before the time limit of the command or query itself begins.
const mostQueueTime = 2 * time.Second

// load reads the environment, and checks limits that the struct tags of the fields can't express.
func (c *Config) load() error {
	if err := env.Load(c, envconfig.Process); err != nil {
		return err
	}
	if c.MaxQueueTime > mostQueueTime {
		return fmt.Errorf("MAX_QUEUE_TIME must be at most %s: requests may wait six times as long, and clients give up before that", mostQueueTime)
	}
	return nil
}

// process converts the settings to the Config of the engine's API process.
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
		AccessLog:       c.AccessLog != "false",
		OnlyFailures:    c.AccessLog == "failures",
		HashSubjects:    c.LogSubject == "hash",
		UnsafeDatabase:  c.UnsafeDatabase == "accept",
		Traces:          c.Traces,
		Log:             c.Log,
		Repeats:         c.Repeats,
		Debug:           c.Debug,
		Shutdown:        c.Shutdown,
	}
}

// door converts the settings about authentication, connections and limits per client to the
// engine's door.Config.
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
