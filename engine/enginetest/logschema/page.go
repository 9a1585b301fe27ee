package logschema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Schema says which lines a program may log.
type Schema struct {
	types map[string][]string // the types of each field
	lines map[string]Line     // by message
}

// Line says which levels and fields the lines with one message have.
type Line struct {
	Levels   []string // such as "info"
	Fields   []string // fields that each line has
	Optional []string // fields that a line may have
}

// Has reports whether a line may have a field.
func (l Line) Has(field string) bool {
	return slices.Contains(l.Fields, field) || slices.Contains(l.Optional, field)
}

// kinds lists the types of fields.
var kinds = []string{"text", "integer", "number", "true/false", "list"}

// levels lists the levels of lines.
var levels = []string{"debug", "info", "warn", "error"}

var (
	fieldRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([^|]+) \\| [^|]+ \\|$")
	lineRow  = regexp.MustCompile("(?m)^\\| `([^|]+)` \\| ([^|]*) \\| ([^|]*)\\| [^|]*\\|$")
	ofLine   = regexp.MustCompile("(\\[?)`([a-z_]+)`")
)

// Read reads the tables of the page. Read fails if a row can't be read, or if a line has a field
// that is not in the table of fields.
func Read(page string) (*Schema, error) {
	s := &Schema{types: make(map[string][]string), lines: make(map[string]Line)}
	rows, err := rowsOf(page, "fields", fieldRow)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		types := strings.Split(row[2], " or ")
		if i := slices.IndexFunc(types, func(t string) bool { return !slices.Contains(kinds, t) }); i >= 0 || s.types[row[1]] != nil {
			return nil, fmt.Errorf("field %s: its type %q is not known, or it is listed twice", row[1], row[2])
		}
		s.types[row[1]] = types
	}
	if rows, err = rowsOf(page, "lines", lineRow); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := s.addLine(row); err != nil {
			return nil, fmt.Errorf("line %q: %w", row[1], err)
		}
	}
	return s, nil
}

// addLine adds a row of a table of lines.
func (s *Schema) addLine(row []string) error {
	if _, twice := s.lines[row[1]]; twice {
		return fmt.Errorf("it is listed twice")
	}
	line := Line{Levels: strings.Split(row[2], ", ")}
	for _, level := range line.Levels {
		if !slices.Contains(levels, level) {
			return fmt.Errorf("level %q is not known", level)
		}
	}
	for _, found := range ofLine.FindAllStringSubmatch(row[3], -1) {
		if s.types[found[2]] == nil {
			return fmt.Errorf("field %s is not in the table of fields", found[2])
		}
		if found[1] == "[" {
			line.Optional = append(line.Optional, found[2])
		} else {
			line.Fields = append(line.Fields, found[2])
		}
	}
	s.lines[row[1]] = line
	return nil
}

// rowsOf returns the rows of the tables in a part of the page, without the heads of the tables.
func rowsOf(page, part string, form *regexp.Regexp) ([][]string, error) {
	_, rest, found := strings.Cut(page, "<!-- "+part+" -->\n")
	tables, _, ended := strings.Cut(rest, "<!-- /"+part+" -->")
	if !found || !ended {
		return nil, fmt.Errorf("the page has no part %s", part)
	}
	var rows [][]string
	for line := range strings.Lines(tables) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| `") || strings.HasPrefix(line, "| `msg` |") {
			continue
		}
		row := form.FindStringSubmatch(line)
		if row == nil {
			return nil, fmt.Errorf("a row can't be read: %s", line)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("the part %s has no rows", part)
	}
	return rows, nil
}

// Messages returns the messages of all lines, in alphabetical order. A message that ends with "…"
// stands for all messages that begin so.
func (s *Schema) Messages() []string {
	messages := make([]string, 0, len(s.lines))
	for message := range s.lines {
		messages = append(messages, message)
	}
	slices.Sort(messages)
	return messages
}

// Line returns what the page says about lines with a message.
func (s *Schema) Line(message string) (Line, bool) {
	if line, ok := s.lines[message]; ok {
		return line, true
	}
	for listed, line := range s.lines {
		if begin, ok := strings.CutSuffix(listed, "…"); ok && strings.HasPrefix(message, begin) {
			return line, true
		}
	}
	return Line{}, false
}
