// Matches texts against patterns with Go's regexp, which is RE2: {"patterns": [...], "texts": [...]} to a list for each pattern.
package main

import (
	"encoding/json"
	"os"
	"regexp"
)

func main() {
	var task struct {
		Patterns []string `json:"patterns"`
		Texts    []string `json:"texts"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&task); err != nil {
		panic(err)
	}
	results := [][]bool{}
	for _, pattern := range task.Patterns {
		compiled := regexp.MustCompile(pattern)
		matches := []bool{}
		for _, text := range task.Texts {
			matches = append(matches, compiled.MatchString(text))
		}
		results = append(results, matches)
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}
