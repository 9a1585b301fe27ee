package admission

import "github.com/prometheus/client_golang/prometheus"

// TurnedAway counts, for each limit, the requests that were refused because the limit was
// reached.
type TurnedAway struct{ limits *prometheus.CounterVec }

// NewTurnedAway returns a TurnedAway and registers its metric.
func NewTurnedAway(registry prometheus.Registerer) *TurnedAway {
	t := &TurnedAway{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_turned_away_total",
		Help: "Requests refused because as many ran as may run at once, and none ended in time, by the limit.",
	}, []string{"limit"})}
	registry.MustRegister(t.limits)
	for _, limit := range []string{"commands", "queries", "waits", "requests of subject", "requests of address", "waits of subject", "waits of address", "streams", "streams of subject", "streams of address"} {
		t.limits.WithLabelValues(limit) // creates the time series of this limit, so that the series begins at 0
	}
	return t
}

// By counts a request that was refused because a limit was reached. The parameter limit is the name
// of this limit. By returns err unchanged.
func (t *TurnedAway) By(limit string, err error) error {
	t.limits.WithLabelValues(limit).Inc()
	return err
}
