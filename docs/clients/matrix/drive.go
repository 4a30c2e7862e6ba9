// Drivers of the Go stacks: drive STACK URL TOKEN header|protocol watch|sleep.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	xnet "golang.org/x/net/websocket"
	nhooyr "nhooyr.io/websocket"
)

func over(what any) {
	fmt.Println("over", strings.Split(fmt.Sprint(what), "\n")[0])
	time.Sleep(3 * time.Second)
	os.Exit(0)
}

// Reads as its users do: one call after the other, or not at all while it sleeps.
func use(read func() error) {
	fmt.Println("open")
	if os.Args[5] == "sleep" {
		time.Sleep(3 * time.Second)
		os.Exit(0)
	}
	for {
		if err := read(); err != nil {
			over(err)
		}
	}
}

func main() {
	url, header, protocols := os.Args[2], http.Header{}, []string{}
	if os.Args[4] == "header" {
		header.Set("X-Device-Session", os.Args[3])
	} else {
		protocols = append(protocols, os.Args[3])
	}
	switch os.Args[1] {
	case "gorilla":
		dialer := websocket.Dialer{Subprotocols: protocols}
		socket, answer, err := dialer.Dial(url, header)
		if err != nil && answer != nil {
			over(fmt.Sprint(err, ", answer ", answer.StatusCode))
		} else if err != nil {
			over(err)
		}
		use(func() error { _, _, err := socket.ReadMessage(); return err })
	case "nhooyr":
		socket, _, err := nhooyr.Dial(context.Background(), url, &nhooyr.DialOptions{HTTPHeader: header, Subprotocols: protocols})
		if err != nil {
			over(err)
		}
		use(func() error { _, _, err := socket.Read(context.Background()); return err })
	case "xnet":
		config, _ := xnet.NewConfig(url, "http://localhost")
		config.Header, config.Protocol = header, protocols
		socket, err := xnet.DialConfig(config)
		if err != nil {
			over(err)
		}
		var text string
		use(func() error { return xnet.Message.Receive(socket, &text) })
	}
}
