package story

import (
	"errors"
	"fmt"
	"strings"
)

// Parse reads the text of a story. An error names the line of the file.
func Parse(text string) (Story, error) {
	p := parser{story: Story{Variables: make(map[string]string)}}
	for i, line := range strings.Split(text, "\n") {
		p.number = i + 1
		if err := p.line(strings.TrimRight(line, " \t\r")); err != nil {
			return Story{}, fmt.Errorf("line %d: %w", p.number, err)
		}
	}
	p.end()
	if len(p.story.Chapters) == 0 {
		return Story{}, errors.New("it has no chapter: a line ## TITLE begins one")
	}
	return p.story, p.check()
}

type parser struct {
	story   Story
	number  int // number of the current line
	chapter *Chapter
	step    *Step // nil before the first step of the chapter
	body    bool  // the headers of the request have ended
}

func (p *parser) line(line string) error {
	switch {
	case strings.HasPrefix(line, "### "):
		return p.beginStep(strings.TrimPrefix(line, "### "))
	case strings.HasPrefix(line, "## "):
		p.end()
		p.chapter = &Chapter{Title: strings.TrimPrefix(line, "## ")}
	case strings.HasPrefix(line, "# @"):
		return p.directive(strings.TrimPrefix(line, "# @"))
	case strings.HasPrefix(line, "#"):
	case strings.HasPrefix(line, "@"):
		return p.variable(line)
	case line == "":
		p.body = p.body || p.step != nil && p.step.Method != ""
	default:
		return p.request(line)
	}
	return nil
}

func (p *parser) beginStep(title string) error {
	if p.chapter == nil {
		return errors.New("a step belongs to a chapter: begin one with ## TITLE")
	}
	p.endStep()
	p.step, p.body = &Step{Title: title, Line: p.number, As: p.chapter.As}, false
	return nil
}

func (p *parser) endStep() {
	if p.step != nil {
		p.chapter.Steps = append(p.chapter.Steps, *p.step)
	}
	p.step = nil
}

// end adds the current step to its chapter, and the current chapter to the story.
func (p *parser) end() {
	p.endStep()
	if p.chapter != nil {
		p.story.Chapters = append(p.story.Chapters, *p.chapter)
	}
	p.chapter = nil
}

func (p *parser) directive(text string) error {
	name, argument, _ := strings.Cut(text, " ")
	add, known := directives[name]
	switch {
	case !known:
		return fmt.Errorf("there is no directive @%s", name)
	case p.chapter == nil:
		return errors.New("a directive belongs to a chapter: begin one with ## TITLE")
	}
	if err := add(p.chapter, p.step, strings.TrimSpace(argument)); err != nil {
		return fmt.Errorf("@%s: %w", name, err)
	}
	return nil
}

func (p *parser) variable(line string) error {
	name, value, both := strings.Cut(strings.TrimPrefix(line, "@"), "=")
	if !both {
		return errors.New("a variable has the form @NAME = VALUE")
	}
	p.story.Variables[strings.TrimSpace(name)] = strings.TrimSpace(value)
	return nil
}

// request reads a line of the request of a step: its first line, a header, or a part of its body.
func (p *parser) request(line string) error {
	s := p.step
	switch {
	case s == nil:
		return errors.New("a request belongs to a step: begin one with ### TITLE")
	case s.Method == "":
		method, path, both := strings.Cut(line, " ")
		if !both || !strings.HasPrefix(path, "/") {
			return errors.New("a request begins with METHOD /PATH")
		}
		s.Method, s.Path = method, path
	case p.body:
		s.Body += line + "\n"
	default:
		name, value, both := strings.Cut(line, ": ")
		if !both {
			return errors.New("a header has the form NAME: VALUE; an empty line begins the body")
		}
		s.Headers = append(s.Headers, Header{name, value})
	}
	return nil
}

// check returns an error if a step has no request, or if a text contains an unknown variable.
func (p *parser) check() error {
	for _, c := range p.story.Chapters {
		for _, s := range c.Steps {
			if s.Method == "" || s.As.Name == "" {
				return fmt.Errorf("line %d: the step has no request, or neither the step nor its chapter has @as", s.Line)
			}
		}
		for _, text := range texts(c) {
			if _, err := Fill(text, p.value); err != nil {
				return fmt.Errorf("chapter %q: %w", c.Title, err)
			}
		}
	}
	return nil
}

// value returns the value of a variable of the file, or any value for a variable of package story.
func (p *parser) value(name string) (string, bool) {
	if value, ok := p.story.Variables[name]; ok {
		return value, true
	}
	first, _, _ := strings.Cut(name, " ")
	return "", first == "n" || first == "api" || first == "token" || first == "ops"
}

// texts returns all texts of a chapter that may contain variables.
func texts(c Chapter) []string {
	all := append(append(append([]string{}, c.Hold...), c.Do...), c.Undo...)
	conditions := append([]Condition{}, c.Unless...)
	for _, l := range c.Looks {
		all = append(all, l.Command)
	}
	for _, s := range c.Steps {
		all = append(append(all, s.Path, s.Body), s.Then...)
		conditions = append(conditions, s.Until...)
		for _, h := range s.Headers {
			all = append(all, h.Value)
		}
	}
	for _, condition := range conditions {
		all = append(all, condition.Path, condition.Has, condition.SQL)
	}
	return all
}
