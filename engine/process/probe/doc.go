// Package probe shows operators the state of a process: health, readiness and metrics.
//
// Code that collects checks and answers probes belongs in this package. Each check is a function,
// and belongs in the package whose state it checks. engine/process/api and engine/process/projector
// list their checks.
//
// In reading order: ready.go collects the checks, and logs changes; probes.go serves /healthz,
// /readyz, /metrics, the level of the log and profiles; healthcheck.go asks another process whether it is ready.
//
// Package probe has no function Run: the checks run when a probe asks. An answer must never show an
// address or a secret.
package probe
