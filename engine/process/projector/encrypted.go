package projector

import (
	"log/slog"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/process/loopback"
)

// warnUnencrypted logs a warning for each setting that allows a connection without TLS to another
// machine.
func warnUnencrypted(config Config, pool *pgxpool.Pool, listening *pgx.ConnConfig, logger *slog.Logger) {
	dsn.WarnUnencrypted(pool.Config().ConnConfig, "DATABASE_URL", logger)
	if config.ListenDatabaseURL != "" {
		dsn.WarnUnencrypted(listening, "LISTEN_DATABASE_URL", logger)
	}
	for variable, urls := range map[string]string{"NATS_URL": config.NATSURL, "NATS_MONITOR_URLS": config.NATSMonitors} {
		if hosts := unencrypted(urls); len(hosts) > 0 {
			logger.Warn("the connection to the broker is not encrypted, or need not be: who is between can read and change what goes over it; let the URL begin with tls://, or https://",
				"variable", variable, "servers", len(hosts)) // host names are not logged: if a password contains a comma, a part of the password could look like a host name
		}
	}
}

// unencrypted reads a list of URLs. It returns the hosts on other machines for which the URL allows
// a connection without TLS.
func unencrypted(urls string) (hosts []string) {
	for text := range strings.SplitSeq(urls, ",") {
		text = strings.TrimSpace(text)
		if text != "" && !strings.Contains(text, "://") { // the broker's client adds nats:// in the same way
			text = "nats://" + text
		}
		server, err := url.Parse(text)
		if err != nil || server.Host == "" { // another check rejects it
			continue
		}
		switch server.Scheme {
		case "tls", "wss", "https":
			continue
		}
		if !loopback.Is(server.Host) {
			hosts = append(hosts, server.Host)
		}
	}
	return hosts
}
