// Package evidence is a history with indexes, and the verdict that a check comes to.
package evidence
