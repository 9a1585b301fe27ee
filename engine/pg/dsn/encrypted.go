package dsn

import (
	"log/slog"
	"net"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Unencrypted returns the hosts, other than the local machine, to which a connection without TLS
// may go. Such a connection is possible if sslmode is disable, allow or prefer. If neither the URL
// nor PGSSLMODE sets sslmode, then sslmode is prefer.
func Unencrypted(config *pgx.ConnConfig) (hosts []string) {
	ways := append([]*pgconn.FallbackConfig{{Host: config.Host, Port: config.Port, TLSConfig: config.TLSConfig}}, config.Fallbacks...)
	for _, way := range ways {
		network, _ := pgconn.NetworkAddress(way.Host, way.Port)
		ip := net.ParseIP(way.Host)
		here := network == "unix" || way.Host == "localhost" || ip != nil && ip.IsLoopback()
		if way.TLSConfig == nil && !here && !slices.Contains(hosts, way.Host) {
			hosts = append(hosts, way.Host)
		}
	}
	return hosts
}

// WarnUnencrypted logs a warning that names the hosts which Unencrypted returns, if there are any.
// The parameter variable is the name of the environment variable that has the URL.
func WarnUnencrypted(config *pgx.ConnConfig, variable string, logger *slog.Logger) {
	if hosts := Unencrypted(config); len(hosts) > 0 {
		logger.Warn("the connection to the database is not encrypted, or need not be: "+HintUnencrypted, "variable", variable, "hosts", hosts)
	}
}

// HintUnencrypted says what an operator can do about a connection without TLS.
const HintUnencrypted = "who is between can read and change what goes over it; let the URL have sslmode=verify-full (and sslrootcert), or require at least"
