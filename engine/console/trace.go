package console

import (
	"strings"

	"example.com/pgcqrs/engine/console/cause"
)

// trace is a trace, with a link if the operator has configured one.
type trace struct{ ID, URL string }

// traceOf returns the trace of a traceparent, or nil.
func (c *Console) traceOf(traceparent string) *trace { return c.traceLink(cause.TraceID(traceparent)) }

// traceLink returns the trace with an id, or nil if the id is "".
func (c *Console) traceLink(id string) *trace {
	if id == "" {
		return nil
	}
	return &trace{ID: id, URL: strings.ReplaceAll(c.config.TraceURL, "{trace}", id)}
}
