// Package options holds what a run is to do: how long, how often, and what happens to the log.
package options
