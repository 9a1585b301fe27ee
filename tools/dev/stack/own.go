package stack

import (
	"os"

	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/embedded"
)

// issuer starts an issuer of tokens for the API, inside this process. If the developer has set AUTH
// or AUTH_ISSUER, issuer starts no issuer.
func (s *stack) issuer() (stop func(), err error) {
	if os.Getenv("AUTH") == "off" || os.Getenv("AUTH_ISSUER") != "" {
		s.open = os.Getenv("AUTH") == "off"
		return func() {}, nil
	}
	s.issuerURL, stop, err = embedded.Issuer()
	return stop, err
}

func (s *stack) broker(storeDir string) (stop func(), err error) {
	if s.natsURL = os.Getenv("NATS_URL"); s.natsURL != "" {
		console.Say("NATS: the one that NATS_URL names")
		return func() {}, nil
	}
	s.natsURL, stop, err = embedded.Broker(storeDir)
	return stop, err
}

// own starts the servers that run inside this process: the broker and the issuer of tokens.
func (s *stack) own(storeDir string) (stop func(), err error) {
	stopBroker, err := s.broker(storeDir)
	if err != nil {
		return nil, err
	}
	stopIssuer, err := s.issuer()
	if err != nil {
		stopBroker()
		return nil, err
	}
	return func() { stopIssuer(); stopBroker() }, nil
}
