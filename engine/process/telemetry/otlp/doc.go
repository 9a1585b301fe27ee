// Package otlp exports traces by OTLP over HTTP, with the SDK of OpenTelemetry.
//
// A program exports traces if its main function passes Open to its process (cmd/api/main.go,
// cmd/projector/main.go). The SDK and the exporter are linked only into such a program. The
// settings are in engine/process/telemetry, which also checks them.
//
// In reading order: open.go creates the provider; sampler.go has the samplers; errors.go logs
// errors of the export.
//
// The provider has a goroutine, which sends spans every few seconds, until flush is called. A span
// waits in a queue of limited length; if the collector is slow or can't be reached, spans are
// dropped. The work that a span describes never waits for the export.
package otlp
