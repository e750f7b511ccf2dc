package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// longestLine is where a line of output is cut; the rest is a line of its own.
const longestLine = 32 << 10

var levelWord = regexp.MustCompile(`(?i)\blevel=(debug|info|warn|error)`)

// passLines writes each line of a child's output as JSON: as it is where it is JSON already, wrapped otherwise.
func passLines(from io.Reader, to io.Writer, logger *slog.Logger, source, stream string, skip *regexp.Regexp) error {
	reader := bufio.NewReaderSize(from, longestLine)
	for {
		bytes, _, err := reader.ReadLine()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line := strings.TrimSpace(string(bytes))
		switch {
		case line == "" || skip != nil && skip.MatchString(line):
		case line[0] == '{' && json.Valid([]byte(line)):
			if _, err := io.WriteString(to, line+"\n"); err != nil {
				return err
			}
		default:
			logger.Log(context.Background(), levelOf(line), line, "source", source, "stream", stream)
		}
	}
}

func levelOf(line string) slog.Level {
	level := slog.LevelInfo
	if match := levelWord.FindStringSubmatch(line); match != nil {
		_ = level.UnmarshalText([]byte(match[1]))
	}
	return level
}
