package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	request, _ := http.NewRequest(os.Getenv("method"), os.Getenv("url"), strings.NewReader(os.Getenv("body")))
	request.Header.Set("X-Device-Session", os.Getenv("token"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	text, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, string(text))
}
