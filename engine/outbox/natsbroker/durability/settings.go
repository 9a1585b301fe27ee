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
	// LookEvery is the interval between two checks of the broker's settings.
	LookEvery = 5 * time.Second

	lookFor = 5 * time.Second // time limit of a check; a slow cluster may need seconds to create a stream with three replicas
)

// Settings checks the broker's settings and stores the result of the last check.
type Settings struct {
	config Config
	link   *link.Link

	looking sync.Mutex // locked during a check
	mu      sync.Mutex
	lossy   error     // error of the last successful check; nil: the settings were right
	durable bool      // whether the last successful check found that the settings were right
	fine    time.Time // when a check last found that the settings were right; zero: check again before the next message
	said    string    // what was last logged about the settings
}

// New returns Settings. The parameter leads is the link to the broker.
func New(config Config, leads *link.Link) *Settings { return &Settings{config: config, link: leads} }

// Check returns an error if the broker may lose messages that it acknowledges, or accepts no
// messages. Check returns the result of the last successful check of the broker's settings.
func (s *Settings) Check(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lossy
}

// Durable reports whether the broker keeps the messages that it acknowledges. The report is from
// the last successful check of the broker's settings. Before the first successful check, Durable
// returns false.
func (s *Settings) Durable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.durable
}

// Verify returns nil if a recent check found that the settings are right. If there was no such
// check, Verify checks the settings now.
func (s *Settings) Verify(ctx context.Context) error {
	s.mu.Lock()
	fresh := time.Since(s.fine) < 2*LookEvery
	s.mu.Unlock()
	if fresh {
		return nil
	}
	return s.Look(ctx)
}

// Doubt makes Verify check the settings again before the next message.
func (s *Settings) Doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fine = time.Time{}
}

// Look checks whether the broker keeps the messages that it acknowledges. An error that is neither
// errLossy nor errTakesNothing says that the check of the settings has failed.
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

// found is the part of a check's result that is logged.
type found struct {
	replicas        int
	sync, retention string
}

// note stores the result of a check, and logs the result if it differs from the result that was
// logged last.
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
