// Package subscribers contains subscribers that follow the live feed and single accounts during a
// campaign. Together they use all forms of the feed. Like a real client, each subscriber reconnects
// whenever an answer ends or breaks, and continues after its own last position.
//
// In reading order: plans.go lists the subscribers; run.go starts and ends them; connect.go sends
// one request after another; answers.go reads an HTTP answer; frames.go divides a streaming answer
// into frames; take.go records the events and rows in the frames.
package subscribers
