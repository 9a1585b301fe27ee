package otlp

import "log/slog"

// exportErrors logs errors of the export. While the collector can't be reached, each attempt to send
// spans fails.
type exportErrors struct{ logger *slog.Logger }

// Handle implements otel.ErrorHandler.
func (e exportErrors) Handle(err error) {
	e.logger.Warn("traces can't be sent; spans are dropped, and nothing else is affected", "error", err)
}
