// Package promotion has a standby take over from a primary that dies, in several ways.
package promotion
