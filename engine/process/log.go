package process

import (
	"io"
	"log/slog"

	"example.com/pgcqrs/engine/process/cli"
)

// Log is the part of a configuration that says how a process logs.
type Log struct {
	LogLevel  slog.Level `envconfig:"LOG_LEVEL" default:"info" desc:"Least severe level that is logged: debug, info, warn or error. With warn or error, the log has no lines that show who has read personal data."  example:"info"`
	LogFormat string     `envconfig:"LOG_FORMAT" default:"json" oneof:"json,text" desc:"Form of the log's lines: json or text."`
}

// NewLogger returns the process's logger. A program must never log a database URL, a query string
// or the body of a request.
func NewLogger(config Log, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.LogLevel}
	if config.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

// LogStart logs from which version, revision and Go version the process was built.
func LogStart(logger *slog.Logger) {
	build := cli.ReadBuild()
	logger.Info("starting", "version", build.Version, "revision", build.Revision, "go", build.Go)
}
