// Package subscribers follows the live feed and single accounts during a campaign, in all forms of
// the feed. Like a real client, each subscriber reconnects whenever an answer ends or breaks, and
// continues after its own last position.
//
// In reading order: plans.go lists the subscribers; run.go starts and ends them; connect.go opens
// one answer after another; answers.go reads an answer; frames.go divides an answer into frames;
// take.go records the events and rows in the frames.
package subscribers
