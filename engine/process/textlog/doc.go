// Package textlog writes log lines for a reader at a terminal: the time, the level and the message
// in columns, and then the attributes as key=value.
//
// Code that lays out a line belongs in this package. engine/process decides between this form and
// JSON. Programs read the JSON lines, and no program may read these lines.
//
// In reading order: values.go writes attributes and colours, handler.go has the handler and the
// columns.
//
// A record is always one line, whatever its texts contain: characters that can't be printed are
// escaped, so that no text can move the cursor or pretend to be another line. A Handler is safe for
// concurrent use.
package textlog
