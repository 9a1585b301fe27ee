package durability

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"example.com/pgcqrs/engine/outbox/natsbroker/link"
)

const (
	// LookEvery is how old the known settings may become.
	LookEvery = 5 * time.Second

	lookFor = time.Second // bounds a look
)

// Settings are the broker's settings, as far as they are known.
type Settings struct {
	config Config
	link   *link.Link

	looking sync.Mutex // locked during a look
	mu      sync.Mutex
	lossy   error     // what the last look found wrong
	durable bool      // the last successful look found nothing wrong
	fine    time.Time // when a look found nothing wrong; zero: look before the next message
	said    string    // what was last logged about the settings
}

// New returns Settings of the broker to which a link connects.
func New(config Config, leads *link.Link) *Settings { return &Settings{config: config, link: leads} }

// Check returns an error if the last successful look found settings by which the broker loses what
// it acknowledges.
func (s *Settings) Check(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lossy
}

// Durable reports whether the last successful look found that the broker keeps what it
// acknowledges; false before the first one.
func (s *Settings) Durable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.durable
}

// Verify returns nil if a recent look found nothing wrong.
func (s *Settings) Verify(ctx context.Context) error {
	s.mu.Lock()
	fresh := time.Since(s.fine) < 2*LookEvery
	s.mu.Unlock()
	if fresh {
		return nil
	}
	return s.Look(ctx)
}

// Doubt makes the next message wait for a new look at the settings.
func (s *Settings) Doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fine = time.Time{}
}

// Look finds out whether the broker keeps what it acknowledges. An error that is neither errLossy
// nor errTakesNothing says that this could not be found out.
func (s *Settings) Look(ctx context.Context) error {
	s.looking.Lock()
	defer s.looking.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	least, err := replicas(s.link.Current().Conn, s.config.Replicas)
	if err != nil {
		return err
	}
	info, err := findStream(ctx, s.link.Current().JS, s.config, least)
	var found found
	if err == nil {
		found.replicas, found.retention = info.Config.Replicas, strings.Join(retention(info.Config), "; ")
		found.sync, err = syncs(ctx, s.config.Monitors)
		err = errors.Join(streamLoses(s.config.Stream, info, least), err)
	}
	s.note(found, err)
	return err
}

// found is what a look has seen, for the log.
type found struct {
	replicas        int
	sync, retention string
}

// note stores the result of a look, and logs what has changed.
func (s *Settings) note(found found, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if wrong := errors.Is(err, errLossy) || errors.Is(err, errTakesNothing); wrong || err == nil {
		s.lossy, s.durable = err, err == nil
	}
	s.fine = time.Time{}
	if err == nil {
		s.fine = time.Now()
	}
	said := fmt.Sprint(found, err)
	if s.said == said {
		return
	}
	s.said = said
	logger := s.config.Logger.With("stream", s.config.Stream)
	if err == nil && found.retention != "" {
		logger.Warn("the broker's stream does not keep everything for ever, as its owner has set it up", "retention", found.retention)
	}
	switch {
	case err == nil && found.sync == syncedAlways:
		logger.Info("broker keeps what it acknowledges", "replicas", found.replicas, "sync", found.sync)
	case err == nil:
		logger.Info("the broker's stream is as it must be; whether its servers sync is not known", "replicas", found.replicas, "sync", found.sync)
	case s.lossy != nil:
		s.config.Logger.Error("nothing is published, the outbox keeps the messages", "error", err)
	default:
		s.config.Logger.Warn("broker's settings can't be seen, the outbox keeps the messages", "error", err)
	}
}
