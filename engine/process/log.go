package process

import (
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/loglevel"
	"example.com/pgcqrs/engine/process/repeats"
	"example.com/pgcqrs/engine/process/textlog"
)

// Log is the part of a configuration that says how a process logs.
type Log struct {
	LogLevel  slog.Level `envconfig:"LOG_LEVEL" default:"info" desc:"Least severe level that is logged: debug, info, warn or error. With warn or error, the log has no lines that show who has read personal data."  example:"info"`
	LogFormat string     `envconfig:"LOG_FORMAT" default:"json" oneof:"json,text" desc:"Form of the log's lines: json for programs, or text for a reader at a terminal. Text has colours if the output is a terminal and NO_COLOR is empty."`
}

// Repeats is the part of a configuration that limits lines that repeat. Programs that run for a long
// time have it.
type Repeats struct {
	LogRepeats int `envconfig:"LOG_REPEATS" default:"10" min:"0" desc:"How many lines with the same message, level and place in the code are logged in a minute. A line with the message repeated has the number of those that were held back. Lines about requests and about reads of personal data are never held back. 0: no limit."`
}

// Logs is the log of a process that runs for a long time.
type Logs struct {
	Logger *slog.Logger

	level   *loglevel.Level
	all     *slog.Logger     // lines of this logger may repeat
	repeats *repeats.Handler // nil: lines may repeat without a limit
}

// OpenLog returns the log of a process. The process must call Close before it ends. A program must
// never log a database URL, a query string or the body of a request.
func OpenLog(config Log, limits Repeats, out io.Writer, registerer prometheus.Registerer) *Logs {
	level := loglevel.New(config.LogLevel)
	all := slog.New(newHandler(config.LogFormat, level, out))
	if limits.LogRepeats == 0 {
		return &Logs{Logger: all, level: level, all: all}
	}
	limited := repeats.New(all.Handler(), limits.LogRepeats, registerer)
	return &Logs{Logger: slog.New(limited), level: level, all: all, repeats: limited}
}

// LevelHandler returns the handler of requests that show or change the level. Each change has a line
// in the log, however often there is one.
func (l *Logs) LevelHandler() http.Handler { return l.level.Handler(l.all) }

// Close logs how many lines have been held back, and ends a change of the level.
func (l *Logs) Close() {
	if l.repeats != nil {
		l.repeats.Flush()
	}
	l.level.Close()
}

// NewLogger returns the logger of a program that does one thing and ends.
func NewLogger(config Log, out io.Writer) *slog.Logger {
	return slog.New(newHandler(config.LogFormat, config.LogLevel, out))
}

// newHandler returns a handler that writes lines in the given form.
func newHandler(format string, level slog.Leveler, out io.Writer) slog.Handler {
	if format == "text" {
		return textlog.New(out, level, isColoured(out))
	}
	return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})
}

// isColoured reports whether a reader wants colours: the output is a terminal that has them, and the
// reader has not switched them off (https://no-color.org).
func isColoured(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	about, err := file.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}

// LogStart logs from which version, revision and Go version the process was built.
func LogStart(logger *slog.Logger) {
	build := cli.ReadBuild()
	logger.Info("starting", "version", build.Version, "revision", build.Revision, "go", build.Go)
}
