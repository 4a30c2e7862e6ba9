#!/usr/bin/env python3
"""A device in Python's standard library: signs in, beats at the server's pace, and no failure ever ends its beats.

    DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 python3 docs/device.py

API_URL (default http://localhost:3001) and BEATS, after which it says goodbye (default: never), may be set.
"""
import http.client, json, os, random, time, urllib.error, urllib.request

API, BEATS = os.environ.get("API_URL", "http://localhost:3001").rstrip("/"), int(os.environ.get("BEATS", "0"))
CREDENTIALS = {"deviceId": os.environ["DEVICE_ID"], "deviceSecret": os.environ["DEVICE_SECRET"]}


def call(path, body, token=""):
    """Status, answer, and the seconds that the server asks for. Status 0: no answer."""
    headers = {"Content-Type": "application/json", **({"X-Device-Session": token} if token else {})}
    request = urllib.request.Request(API + "/api/v1/device/" + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer), 0
    except urllib.error.HTTPError as refused:
        least = refused.headers.get("Retry-After", "")  # A proxy may name a date, and answer in HTML.
        try:
            answer = json.load(refused)
        except (OSError, ValueError, http.client.HTTPException):
            answer = None
        return refused.code, answer if isinstance(answer, dict) else {}, int(least) if least.isdecimal() else 0
    except (OSError, ValueError, http.client.HTTPException):
        return 0, {}, 0


token, renew_at, failures, beats = "", 0.0, 0, 0
while not BEATS or beats < BEATS:
    if not token or time.monotonic() > renew_at:
        status, answer, least = call("auth", CREDENTIALS)
        if status == 200:
            token, renew_at = answer["token"], time.monotonic() + answer["expiresIn"] * random.uniform(0.7, 0.9)
    if token:
        leaving = beats + 1 == BEATS
        status, answer, least = call("heartbeat", {"status": "offline" if leaving else "healthy", "metrics": {"cpu": 12.5}}, token)
    code, wait = answer.get("code"), 0.0
    if status in (200, 202):  # 202: heard, and stored when the server's store is back.
        failures, beats, wait = 0, beats + 1, answer["nextHeartbeat"] / 1000
        print(f"beat {beats}: {status}, next in {wait:.1f} s", flush=True)
    elif code == "SESSION_SUPERSEDED" or code == "INVALID_CREDENTIALS" or status == 403:
        token, wait = "", 300 + random.uniform(0, 60)  # Somebody else is this device, or its owner does not want it now.
    elif code == "INVALID_SESSION" and failures == 0:
        token, failures = "", 1  # Sign in once at once; after that it is a failure as any other.
    elif status in (400, 413, 415):
        wait = 30  # This one message is bad. Drop it, keep beating.
    else:
        token, failures = "" if status == 401 else token, failures + 1
        wait = max(least, random.uniform(0, min(60, 2 ** failures)))
    if code or not 200 <= status < 300:
        print(f"{code or status or 'no answer'}: again in {wait:.1f} s", flush=True)
    time.sleep(wait if not BEATS or beats < BEATS else 0)
