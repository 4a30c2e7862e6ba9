#!/usr/bin/env python3
"""A device in Python's standard library: signs in, beats at the server's pace, does commands; no failure ever ends its beats.

  DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 python3 docs/clients/device.py   # or API_URL=https://...
kill and Ctrl+C let it say goodbye."""
import json, os, random, signal, time, urllib.error, urllib.request

API = os.environ.get("API_URL", "http://localhost:3001").rstrip("/") + "/api/v1/device/"
token, renew_at, failures, fresh, todo = "", 0.0, 0, False, {}  # fresh: no beat was good since the sign-in. todo: commands that are not over.

def call(path, body):
    """Status, answer, and the seconds that the server asks for. Status 0: no answer."""
    headers = {"Content-Type": "application/json", **({"X-Device-Session": token} if token else {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(API + path, json.dumps(body).encode(), headers), timeout=10) as answer:
            return answer.status, json.load(answer), 0
    except urllib.error.HTTPError as refused:
        least, said = refused.headers.get("Retry-After", "0"), refused.read()  # A proxy's answer may be no JSON.
        return refused.code, json.loads(said) if said[:1] == b"{" else {}, int(least) if least.isdigit() else 0
    except (OSError, ValueError):
        return 0, {}, 0

def do(command):
    """Acknowledges, does and reports one command. What got no answer is said again after the next beat. False: it is not over."""
    if "outcome" not in command:
        status = call(f"commands/{command['id']}/result", {"status": "acknowledged"})[0]
        if status != 200:
            return status in (404, 409)  # It is not wanted any more.
        done, unknown = {"status": "completed", "result": command["parameters"]}, {"status": "failed", "error": "unsupported"}
        command["outcome"] = done if command["command"] == "echo" else unknown
    status = call(f"commands/{command['id']}/result", command["outcome"])[0]
    return 200 <= status < 500 and status not in (401, 429)

signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    while True:
        if not token or time.monotonic() > renew_at:
            status, answer, least = call("auth", {"deviceId": os.environ["DEVICE_ID"], "deviceSecret": os.environ["DEVICE_SECRET"]})
            if status == 200:
                token, renew_at, fresh = answer["token"], time.monotonic() + answer["expiresIn"] * random.uniform(0.7, 0.9), True
        if token:
            status, answer, least = call("heartbeat", {"status": "healthy", "metrics": {"cpu": 12.5}})
        code, wait = answer.get("code"), 0.0
        if status in (200, 202):  # 202: heard, and stored when the server's store is back.
            failures, fresh, wait = 0, False, answer["nextHeartbeat"] / 1000
            todo = {command["id"]: command for command in answer["commands"]} | todo
            todo = {id: command for id, command in todo.items() if not do(command)}
        elif code in ("SESSION_SUPERSEDED", "INVALID_CREDENTIALS") or status == 403:
            token, wait = "", random.uniform(300, 360)  # Somebody else is this device, or its owner does not want it now.
        elif code == "INVALID_SESSION" and not fresh:
            token = ""  # Sign in once at once; after that it is a failure as any other.
        elif status in (400, 404, 413, 415):
            wait = 30  # This one message is bad. Drop it, keep beating.
        else:
            token, failures = "" if status == 401 else token, failures + 1
            wait = max(least, random.uniform(0, min(60, 2 ** failures)))
        print(f"{status} {code or ''}: again in {wait:.1f} s", flush=True)
        time.sleep(wait)
except KeyboardInterrupt:
    call("heartbeat", {"status": "offline"})
