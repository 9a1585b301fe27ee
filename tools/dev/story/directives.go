package story

import (
	"errors"
	"strconv"
	"strings"
)

// directives has a function for each directive. The function adds the argument of the directive to
// a chapter, or to a step of the chapter; step is nil before the first step.
var directives = map[string]func(c *Chapter, s *Step, argument string) error{
	"as": func(c *Chapter, s *Step, argument string) error {
		name, scopes, _ := strings.Cut(argument, " ")
		if s == nil {
			c.As = Person{name, scopes}
		} else {
			s.As = Person{name, scopes}
		}
		return nil
	},
	"unless":      ofChapter(func(c *Chapter, argument string) error { return addCondition(&c.Unless, argument) }),
	"hold":        ofChapter(func(c *Chapter, argument string) error { c.Hold = append(c.Hold, argument); return nil }),
	"do":          ofChapter(func(c *Chapter, argument string) error { c.Do = append(c.Do, argument); return nil }),
	"undo":        ofChapter(func(c *Chapter, argument string) error { c.Undo = append(c.Undo, argument); return nil }),
	"refuse-over": ofChapter(refuseOver),
	"look":        ofChapter(look),
	"want": ofStep(func(s *Step, argument string) (err error) {
		s.Want, err = answer(argument)
		return err
	}),
	"there": ofStep(func(s *Step, argument string) error {
		there, err := answer(argument)
		s.There = append(s.There, there)
		return err
	}),
	"for":   ofStep(numbers),
	"then":  ofStep(func(s *Step, argument string) error { s.Then = append(s.Then, argument); return nil }),
	"until": ofStep(func(s *Step, argument string) error { return addCondition(&s.Until, argument) }),
}

func ofChapter(add func(c *Chapter, argument string) error) func(*Chapter, *Step, string) error {
	return func(c *Chapter, s *Step, argument string) error {
		if s != nil {
			return errors.New("this directive belongs before the chapter's first step")
		}
		return add(c, argument)
	}
}

func ofStep(add func(s *Step, argument string) error) func(*Chapter, *Step, string) error {
	return func(_ *Chapter, s *Step, argument string) error {
		if s == nil {
			return errors.New("this directive belongs to a step")
		}
		return add(s, argument)
	}
}

func addCondition(to *[]Condition, argument string) error {
	if sql, is := strings.CutPrefix(argument, "sql "); is {
		*to = append(*to, Condition{SQL: sql})
		return nil
	}
	request, has, both := strings.Cut(argument, " has ")
	path, get := strings.CutPrefix(request, "GET ")
	if !both || !get || has == "" {
		return errors.New("a condition has the form GET PATH has TEXT, or sql QUERY")
	}
	*to = append(*to, Condition{Path: path, Has: has})
	return nil
}

func refuseOver(c *Chapter, argument string) error {
	bytes, err := strconv.ParseInt(argument, 10, 32)
	if err != nil || bytes < 1 {
		return errors.New("it takes a number of bytes")
	}
	c.RefuseOver = int32(bytes)
	return nil
}

func look(c *Chapter, argument string) error {
	what, command, both := strings.Cut(argument, ": ")
	if !both {
		return errors.New("it has the form WHAT: COMMAND")
	}
	c.Looks = append(c.Looks, Look{what, command})
	return nil
}

func answer(argument string) (a Answer, err error) {
	status, code, _ := strings.Cut(argument, " ")
	if a.Status, err = strconv.Atoi(status); err != nil || a.Status < 200 || a.Status > 599 {
		return a, errors.New("it begins with a status from 200 to 599")
	}
	a.Code = code
	return a, nil
}

func numbers(s *Step, argument string) error {
	first, last, _ := strings.Cut(argument, " ")
	var firstErr, lastErr error
	s.First, firstErr = strconv.Atoi(first)
	s.Last, lastErr = strconv.Atoi(last)
	if errors.Join(firstErr, lastErr) != nil || s.First < 1 || s.Last < s.First {
		return errors.New("it takes two numbers, the first not larger than the last")
	}
	return nil
}
