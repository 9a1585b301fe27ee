// Package otlp exports traces by OTLP over HTTP, with the SDK of OpenTelemetry.
//
// Code that uses the SDK or the exporter belongs in this package, so that both are linked only into
// a program whose main function passes Open to its process. The settings are in
// engine/process/telemetry, which also checks them; engine/tracing starts the spans.
//
// In reading order: open.go creates the provider; sampler.go has the samplers; errors.go logs
// errors of the export.
//
// The provider has a goroutine, which sends spans every few seconds, until flush is called. A span
// waits in a queue of limited length; if the collector is slow or can't be reached, spans are
// dropped. The work that a span describes must never wait for the export.
package otlp
