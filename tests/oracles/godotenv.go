// Reads the files whose paths come on standard input, one a line, and prints for each what godotenv makes of it: null
// if it fails, else its variables. Bytes are in base64, as JSON cannot hold all of them.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/joho/godotenv"
)

type variable struct{ Name, Value []byte }

func main() {
	paths := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	for paths.Scan() {
		if _, err := os.Stat(paths.Text()); err != nil {
			log.Fatal(err)
		}
		var answer any
		if values, err := godotenv.Read(paths.Text()); err == nil {
			variables := []variable{}
			for name, value := range values {
				variables = append(variables, variable{[]byte(name), []byte(value)})
			}
			answer = variables
		}
		if err := lines.Encode(answer); err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}
