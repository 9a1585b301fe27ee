package edge

import (
	"errors"
	"time"

	"example.com/pgcqrs/engine/edge/access"
	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/conform"
	"example.com/pgcqrs/engine/edge/epoch"
	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/observe"
	"example.com/pgcqrs/engine/edge/problem/respond"
	"example.com/pgcqrs/engine/edge/turn"
	"example.com/pgcqrs/engine/edge/waiting"
)

// Stack has the HTTP handlers that a request passes before it reaches an operation of the API.
type Stack struct {
	CommandTimeout time.Duration // time limit of a command
	QueryTimeout   time.Duration // time limit of a query

	options   Options
	failures  *respond.Writer
	observer  *observe.Observer
	addresses *access.Addresses
	contract  *conform.Handlers
	callers   *access.Callers
	turns     *turn.Turns
	positions *waiting.Positions
	epochs    *epoch.Guard
	answers   *live.Answers
}

// New returns a Stack with these options. New fails if Check or Contract is missing.
func New(options Options) (*Stack, error) {
	if options.Check == nil {
		return nil, errors.New("no check of tokens: to let everybody in, pass auth.Anybody")
	}
	if options.Contract == nil {
		return nil, errors.New("no contract: there is nothing to compare requests with")
	}
	o := options.withDefaults()
	s := &Stack{CommandTimeout: o.CommandTimeout, QueryTimeout: o.QueryTimeout, options: o}
	s.failures = &respond.Writer{Problems: o.Problems, Logger: o.Logger}
	s.observer = observe.New(o.Metrics, o.Logger, observe.Lines{Access: o.AccessLog, OnlyFailures: o.OnlyFailures, Subject: o.LogSubject}, o.Tracer, o.isProbe)
	fail := s.failures.Fail
	turnedAway := admission.NewTurnedAway(o.Metrics)
	s.addresses = access.NewAddresses(o.Limits, o.isProbe, turnedAway, fail)
	s.contract = conform.New(o.Contract, o.FingerprintKey, fail)
	s.callers = access.NewCallers(o.Check, o.Limits, turnedAway, fail)
	bounds := turn.Bounds{MaxCommands: o.MaxCommands, MaxQueries: o.MaxQueries, MaxQueueTime: o.MaxQueueTime, Limits: o.Limits}
	s.turns = turn.New(bounds, o.Metrics, turnedAway, fail)
	waits := waiting.New(o.MaxWaits, o.Limits, s.turns, o.Metrics, turnedAway)
	s.answers = live.New(o.Live, o.Metrics, turnedAway, o.Logger)
	s.positions = waiting.NewPositions(o.Wait, waits, o.Metrics)
	s.epochs = epoch.NewGuard(o.Epochs, o.Problems, waits, o.QueryTimeout, fail)
	return s, nil
}
