#!/bin/sh
# A device in a POSIX shell with curl and jq: signs in, beats at the server's pace, does commands; no failure ever ends its beats.
#
#   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 sh docs/clients/device.sh
#
# API_URL (default http://localhost:3001) may be set. Tokens and the secret go through files and pipes: a command line is seen by everybody.
api=${API_URL:-http://localhost:3001}; api=${api%/}/api/v1/device
work=$(mktemp -d); mkdir "$work/todo" "$work/done"; : >"$work/session"
trap 'rm -rf "$work"' EXIT; trap 'exit 0' INT TERM
failures=0 renew_at=0 fresh=0 # fresh: no beat was good since the last sign-in.

random() { echo $(($(od -An -N2 -tu2 /dev/urandom) * ($1 + 1) / 65536)); } # random N: a whole number from 0 to N.

call() { # call PATH BODY: the answer is in $work/answer, its status in $status (000: none came), the least wait in ms in $least.
  : >"$work/head"; echo '{}' >"$work/answer"
  status=$(printf '%s' "$2" | curl -s -m 10 -o "$work/answer" -D "$work/head" -w '%{http_code}' \
    -H 'Content-Type: application/json' -H "@$work/session" -d @- "$api/$1")
  least=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1000/p' "$work/head"); least=${least:-0}
  code=$(jq -r '.code // empty' "$work/answer" 2>&1) || { code=; status=000; echo '{}' >"$work/answer"; } # No JSON: not our server's.
}

commands() { # An open command is a file in todo, and one in done when it was done: each is reported until somebody answers.
  jq -c '.commands[]?' "$work/answer" | while read -r command; do
    printf '%s\n' "$command" >"$work/todo/$(printf '%s' "$command" | jq -r .id)"
  done
  for file in "$work"/todo/*; do
    [ -f "$file" ] && id=${file##*/} || continue
    if [ ! -f "$work/done/$id" ]; then
      call "commands/$id/result" '{"status":"acknowledged"}'
      case $status in
        404 | 409) rm "$file"; continue ;; # It is not wanted any more.
        200) jq -c 'if .command == "echo" then {status: "completed", result: .parameters} else {status: "failed", error: "unsupported"} end' \
          "$file" >"$work/done/$id" ;;
        *) continue ;;
      esac
    fi
    call "commands/$id/result" "$(cat "$work/done/$id")"
    case $status in 401 | 429) ;; 2?? | 4??) rm "$file" "$work/done/$id" ;; esac
  done
}

while :; do
  status=200
  if [ ! -s "$work/session" ] || [ "$(date +%s)" -ge "$renew_at" ]; then
    call auth "$(jq -nc '{deviceId: env.DEVICE_ID, deviceSecret: env.DEVICE_SECRET}')"
    [ "$status" != 200 ] || jq -r '"X-Device-Session: \(.token)"' "$work/answer" >"$work/session"
    [ "$status" != 200 ] || renew_at=$(($(date +%s) + $(jq .expiresIn "$work/answer") * (70 + $(random 20)) / 100)) fresh=1
  fi
  [ ! -s "$work/session" ] || call heartbeat '{"status":"healthy","metrics":{"cpu":12.5}}'
  case $status:$code in
    200:* | 202:*) failures=0 fresh=0 wait=$(jq .nextHeartbeat "$work/answer"); commands; status=200 ;; # 202: heard, stored later.
    *:SESSION_SUPERSEDED | *:INVALID_CREDENTIALS | 403:*) : >"$work/session"; wait=$((300000 + $(random 60000))) ;; # Not wanted now.
    401:INVALID_SESSION) : >"$work/session"; wait=$((fresh * $(random 60000))) ;; # Sign in at once, once.
    400:* | 404:* | 413:* | 415:*) wait=30000 ;; # This one message is bad: drop it, keep beating.
    *) failures=$((failures < 6 ? failures + 1 : 6)) window=$((1000 << failures))
      wait=$(random $((window < 60000 ? window : 60000))); [ "$wait" -ge "$least" ] || wait=$least ;;
  esac
  echo "${status} ${code}: again in $wait ms"
  sleep "$((wait / 1000)).$(printf '%03d' $((wait % 1000)))"
done
