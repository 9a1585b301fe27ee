// Package telemetry reads the settings by which a process exports traces, and starts the export.
//
// The settings are the standard environment variables of OpenTelemetry. Code that checks them
// belongs in this package. The exporter itself is in engine/process/telemetry/otlp, and the spans
// are started by engine/tracing. A program that must not contain an exporter passes none.
//
// In reading order: start.go starts the export; settings.go has the variables and the values that
// follow from them; others.go checks the variables that the exporter reads itself.
//
// Package telemetry starts no goroutine; the exporter does. An error must never contain a value of
// a variable, because headers may contain a token. If the collector can't be reached, the process
// must start and work as without traces.
package telemetry
