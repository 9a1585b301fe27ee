// Package collector is a collector of traces for tests: an HTTP server that receives spans by OTLP,
// as the programs send them, and decodes them.
//
// Code that receives spans or searches received spans belongs in collector.go.
// engine/process/telemetry/otlp sends such spans. The server ends when its test ends. Only tests
// may import package collector.
package collector
