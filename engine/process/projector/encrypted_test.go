package projector

import (
	"slices"
	"testing"
)

// A connection to a broker on another machine is reported if its URL does not require TLS.
func TestBrokersThatNeedNotBeEncrypted(t *testing.T) {
	t.Parallel()
	for urls, want := range map[string][]string{
		"":                                                nil,
		"nats://127.0.0.1:4222":                           nil,
		"nats://u:secret@localhost":                       nil,
		"localhost:4222":                                  nil,
		"tls://nats.example.com":                          nil,
		"wss://nats.example.com":                          nil,
		"https://nats-1.example.com:8222":                 nil,
		"nats://u:secret@nats.example.com:4222":           {"nats.example.com:4222"},
		"nats.example.com:4222":                           {"nats.example.com:4222"},
		"ws://nats.example.com":                           {"nats.example.com"},
		"tls://a.example.com, nats://b.example.com":       {"b.example.com"},
		"http://nats-1.example.com:8222,http://[::1]:822": {"nats-1.example.com:8222"},
	} {
		if got := unencrypted(urls); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", urls, got, want)
		}
	}
}
