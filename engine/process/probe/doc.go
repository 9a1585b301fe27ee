// Package probe shows operators the state of a process: health, readiness and metrics.
//
// Put code that collects checks and answers probes in this package. Each check belongs in the
// package that it checks, as a function; engine/process/api and engine/process/projector list their
// checks.
//
// In reading order: ready.go collects the checks, and logs changes; probes.go serves /healthz,
// /readyz, /metrics and profiles; healthcheck.go asks another process whether it is ready.
//
// Package probe has no Run: the checks run when a probe asks. An answer must never show an address
// or a secret.
package probe
