package probe

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/pprof" // pprof also registers its handlers in http.DefaultServeMux, which no server uses

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/loopback"
)

// NewRegistry returns a new registry with the metrics of Go and of the operating system process.
// The registry also has a metric that says from which version and revision the process was built.
func NewRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(),
	)
	return registry
}

// buildInfo returns a metric whose labels say from which version and revision the process was
// built.
func buildInfo() prometheus.Collector {
	build := cli.ReadBuild()
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "build_info", Help: "1. Its labels say what the process was built from.",
		ConstLabels: prometheus.Labels{"version": build.Version, "revision": build.Revision, "goversion": build.Go},
	})
	gauge.Set(1)
	return gauge
}

// Debug is the part of a configuration that sets whether a process serves profiles.
type Debug struct {
	Profiles bool `envconfig:"DEBUG_PROFILES" default:"false" desc:"Serve Go's standard profiles at /debug/pprof/, at the address of the probes. They show where the process spends its time and memory; go tool pprof reads them."`
}

// Handler serves /healthz, /readyz and /metrics, which are for operators and not for the public. The
// handler level serves /log-level, which shows and changes the level of the log.
func Handler(readiness *Readiness, registry *prometheus.Registry, debug Debug, level http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { ok(w, "") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := readiness.Ready(r.Context()); err != nil {
			unready(w, err)
			return
		}
		ok(w, readiness.Accepted())
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})) // only this form has exemplars
	mux.Handle("/log-level", forThisMachine(level.ServeHTTP))
	if debug.Profiles {
		mux.Handle("GET /debug/pprof/", forThisMachine(pprof.Index))
		mux.Handle("GET /debug/pprof/profile", forThisMachine(pprof.Profile))
		mux.Handle("GET /debug/pprof/trace", forThisMachine(pprof.Trace))
	}
	return mux
}

// forThisMachine serves requests that arrive at a loopback address only if their Host is a name of
// this machine (see loopback.OnlyHosts). forThisMachine serves requests to other addresses without
// this check.
func forThisMachine(served http.HandlerFunc) http.Handler {
	local := loopback.OnlyHosts(served)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && loopback.Is(at.String()) {
			local.ServeHTTP(w, r)
			return
		}
		served(w, r)
	})
}

// ok answers 200. If the operator has accepted failing checks, the answer names these checks.
func ok(w http.ResponseWriter, accepted string) {
	text := "ok\n"
	if accepted != "" {
		text += "not as it must be, which is accepted: " + accepted + "\n"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text) // a write fails if the client is gone
}

func unready(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": "Service Unavailable", "status": 503, "code": "not_ready", "detail": err.Error(),
	})
}
