// A device over a WebSocket, in Go with gorilla/websocket: signs in, beats, does commands, and always comes back.
//	DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 go run docs/clients/device.go # or API_URL=https://...
package main

import ("bytes"; "encoding/json"; "errors"; "fmt"; "math"; "math/rand"; "net/http"; "os"; "strconv"; "strings"; "sync"; "time"; "github.com/gorilla/websocket")

type object = map[string]any
var api, token, failures, fresh, todo = "http://localhost:3001", "", 0.0, false, map[string]object{} // fresh: no beat was good since the sign-in. todo: results without an answer.

func signIn() (*http.Response, error) {
	body, _ := json.Marshal(object{"deviceId": os.Getenv("DEVICE_ID"), "deviceSecret": os.Getenv("DEVICE_SECRET")})
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Post(api+"/auth", "application/json", bytes.NewReader(body))
	if err != nil { return nil, err }
	var said struct{ Token string }
	defer answer.Body.Close()
	if json.NewDecoder(answer.Body).Decode(&said); said.Token == "" { return answer, errors.New(answer.Status) }
	token, fresh = said.Token, true; return answer, nil
}

func live() (*http.Response, error) { // One socket, until it is over; the answer when it was refused.
	socket, answer, err := websocket.DefaultDialer.Dial(strings.Replace(api, "http", "ws", 1)+"/ws", http.Header{"X-Device-Session": {token}})
	if err != nil { return answer, err }
	var turn sync.Mutex; var beat *time.Timer
	say := func(frame object) { turn.Lock(); socket.WriteJSON(frame); turn.Unlock() } // One writer at a time.
	beat = time.AfterFunc(time.Hour, func() { say(object{"type": "heartbeat", "status": "healthy", "metrics": object{"cpu": 12.5}}); beat.Reset(30 * time.Second) })
	beat.Reset(0); defer socket.Close(); defer beat.Stop()
	pong, heard := socket.PingHandler(), func() error { return socket.SetReadDeadline(time.Now().Add(45 * time.Second)) }
	socket.SetPingHandler(func(text string) error { heard(); return pong(text) }) // The server pings after 20 s of silence.
	for {
		var said struct { Type, ID, Command, Code, RequestID string; Parameters any; NextHeartbeat time.Duration }; heard()
		if err := socket.ReadJSON(&said); err != nil { return nil, err }
		switch {
		case said.Type == "heartbeat_ack": // What has no answer is said again after each beat.
			failures, fresh = 0, false; beat.Reset(said.NextHeartbeat * time.Millisecond); fmt.Println("beat, next in", said.NextHeartbeat, "ms")
			for _, result := range todo { say(result) }
		case said.Type == "command" && todo[said.ID] == nil: // Done at once, and once: a result says that it has arrived, too.
			todo[said.ID] = object{"type": "command_result", "requestId": said.ID, "commandId": said.ID, "status": "failed", "error": "unsupported"}
			if said.Command == "echo" { todo[said.ID]["status"], todo[said.ID]["result"], todo[said.ID]["error"] = "completed", said.Parameters, nil }
			say(todo[said.ID])
		case said.Type == "ack" || said.Code == "CONFLICT" || said.Code == "NOT_FOUND": delete(todo, said.RequestID)
		}
	}
}

func main() {
	if url := os.Getenv("API_URL"); url != "" { api = strings.TrimRight(url, "/") }; rand.Seed(time.Now().UnixNano())
	for api += "/api/v1/device"; ; {
		var answer *http.Response; var err error; var closed *websocket.CloseError; code, least := 0, 0.0
		if token == "" { answer, err = signIn() }
		if err == nil { answer, err = live() }
		if answer != nil { code = answer.StatusCode; least, _ = strconv.ParseFloat(answer.Header.Get("Retry-After"), 64) }
		if errors.As(err, &closed) { code = closed.Code }
		unwanted, calm := code == 403 || code == 4001 || code == 4002 || token == "" && code == 401, code == 1000 || code == 1001 // Calm: that gateway stops.
		if unwanted || code == 401 || code == 4003 { token = "" }
		if !calm && !unwanted { failures++ }
		wait := math.Max(least, rand.Float64() * math.Min(60, math.Exp2(failures)))
		if calm { wait = rand.Float64() * 5 } else if unwanted { wait = 300 + rand.Float64() * 60 } else if code == 401 && !fresh { wait = 0 }
		fmt.Printf("over (%d, %v): again in %.1f s\n", code, err, wait); time.Sleep(time.Duration(wait * float64(time.Second)))
	}
}
