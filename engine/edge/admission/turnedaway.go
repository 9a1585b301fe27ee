package admission

import "github.com/prometheus/client_golang/prometheus"

// TurnedAway counts requests that came while as many ran as may, by the limit.
type TurnedAway struct{ limits *prometheus.CounterVec }

// NewTurnedAway registers the count.
func NewTurnedAway(registry prometheus.Registerer) *TurnedAway {
	t := &TurnedAway{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_turned_away_total",
		Help: "Requests that came while as many ran as may run at once, and had no turn in time, by the limit.",
	}, []string{"limit"})}
	registry.MustRegister(t.limits)
	for _, limit := range []string{"commands", "queries", "waits", "requests of subject", "requests of address", "waits of subject", "waits of address", "streams", "streams of subject", "streams of address"} {
		t.limits.WithLabelValues(limit) // which begins at 0
	}
	return t
}

// By counts a request that a limit turns away, and returns err, which says so to its client.
func (t *TurnedAway) By(limit string, err error) error {
	t.limits.WithLabelValues(limit).Inc()
	return err
}
