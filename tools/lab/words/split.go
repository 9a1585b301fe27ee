package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
)

// ofGo returns the paragraphs of the comments in a Go file, or none for a generated file.
func ofGo(content string) (all []paragraph, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return nil, err
	}
	names, functions := named(file)
	for _, group := range file.Comments {
		lines := strings.Split(group.Text(), "\n")
		for i, p := range prose(lines, files.Position(group.Pos()).Line) {
			if i == 0 {
				p.name, p.does = names[group], functions[group]
			}
			all = append(all, p)
		}
	}
	return all, nil
}

// named returns, for each comment of a Go file, the name of the declaration that the comment
// describes. named also returns which comments describe functions and methods.
func named(file *ast.File) (names map[*ast.CommentGroup]string, functions map[*ast.CommentGroup]bool) {
	names, functions = make(map[*ast.CommentGroup]string), make(map[*ast.CommentGroup]bool)
	note := func(doc *ast.CommentGroup, does bool, of ...*ast.Ident) {
		if doc != nil && len(of) > 0 {
			names[doc], functions[doc] = of[0].Name, does
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			note(n.Doc, true, n.Name)
		case *ast.InterfaceType:
			for _, method := range n.Methods.List {
				note(method.Doc, true, method.Names...)
			}
			return false
		case *ast.GenDecl:
			if spec, ok := n.Specs[0].(*ast.TypeSpec); ok && n.Tok == token.TYPE {
				note(n.Doc, false, spec.Name)
			}
		case *ast.Field:
			note(n.Doc, false, n.Names...)
		}
		return true
	})
	return names, functions
}

// ofSQL returns the paragraphs of the comments in an SQL file. A comment after code in a line is a
// paragraph of its own, because such a comment describes only this line.
func ofSQL(content string) (all []paragraph, err error) {
	lines, afterCode := strings.Split(content, "\n"), false
	for i, line := range lines {
		code, comment, found := strings.Cut(line, "--")
		hasCode := strings.TrimSpace(code) != ""
		if lines[i] = ""; found && !strings.HasPrefix(comment, " +goose") {
			lines[i] = strings.TrimPrefix(comment, " ")
			if hasCode || afterCode {
				lines[i] = "- " + lines[i]
			}
		}
		afterCode = hasCode
	}
	return prose(lines, 1), nil
}

var (
	yamlKey = regexp.MustCompile(`^\s*(- )?(["'\w/{}$-]+:)(\s+[|>]-?)?(\s|$)|^\s*- |^\s*#`)
	fence   = regexp.MustCompile("^\\s*(```|~~~)")
	item    = regexp.MustCompile(`^\s*([-*+]|\d+\.)\s+`)
	heading = regexp.MustCompile(`^\s*(#|\||<)`)
)

// ofYAML returns the paragraphs of the texts in a YAML file. Each key begins a new paragraph.
func ofYAML(content string) (all []paragraph, err error) {
	var lines []string
	for line := range strings.SplitSeq(content, "\n") {
		if key := yamlKey.FindString(line); key != "" {
			if line = strings.TrimSpace(line[len(key):]); line != "" {
				line = "- " + line
			}
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return prose(lines, 1), nil
}

// ofMarkdown returns the paragraphs of a Markdown file, without code blocks. A code block is between
// fences, or is indented after an empty line.
func ofMarkdown(content string) (all []paragraph, err error) {
	lines, inFence := strings.Split(content, "\n"), false
	for i, line := range lines {
		isFence := fence.MatchString(line)
		indented := strings.HasPrefix(line, "    ") && i > 0 && lines[i-1] == ""
		if inFence = inFence != isFence; inFence || isFence || indented {
			lines[i] = ""
		} else {
			lines[i] = strings.TrimLeft(strings.TrimPrefix(line, "> "), " ")
		}
	}
	return prose(lines, 1), nil
}

// prose joins lines to paragraphs. An empty line, a list item, a heading and a row of a table each
// end a paragraph. Headings, rows of tables and lines that are indented with a tab, which are code,
// belong to no paragraph.
func prose(lines []string, first int) (all []paragraph) {
	ended := true
	for i, line := range lines {
		mark := item.FindString(line)
		switch text := strings.TrimSpace(line[len(mark):]); {
		case text == "" || heading.MatchString(line) || strings.HasPrefix(line, "\t"):
			ended = true
		case ended || mark != "":
			all, ended = append(all, paragraph{line: first + i, text: text}), false
		default:
			all[len(all)-1].text += " " + text
		}
	}
	return all
}
