#!/usr/bin/env python3
"""A device over a WebSocket, in Python with websockets (10 and later): signs in, beats, does commands, and always comes back.
  DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 python3 docs/clients/device_websockets.py   # or API_URL=https://..."""
import asyncio, json, os, random, time, urllib.request, websockets

API = os.environ.get("API_URL", "http://localhost:3001").rstrip("/") + "/api/v1/device/"
HEADERS = "additional_headers" if int(websockets.__version__.split(".")[0]) >= 14 else "extra_headers"
token, failures, fresh, todo = "", 0, False, {}  # todo: commands that are not over, by id, and what came of them.

def sign_in():
    body = json.dumps({"deviceId": os.environ["DEVICE_ID"], "deviceSecret": os.environ["DEVICE_SECRET"]}).encode()
    with urllib.request.urlopen(urllib.request.Request(API + "auth", body, {"Content-Type": "application/json"}), timeout=10) as answer:
        return json.load(answer)["token"]
async def report(socket, command):
    kind = "command_result" if "outcome" in command else "command_ack"
    await socket.send(json.dumps({"type": kind, "commandId": command["id"], "requestId": f"{kind} {command['id']}", **command.get("outcome", {})}))
async def take(socket, frame):
    global failures, fresh
    kind, (request, _, id) = frame["type"], frame.get("requestId", "").partition(" ")
    if kind == "heartbeat_ack":  # What has no answer is said again after each beat.
        failures, fresh, wait = 0, False, frame["nextHeartbeat"] / 1000
        print(f"beat, next in {wait:.1f} s", flush=True)
        for command in todo.values():
            await report(socket, command)
        return wait
    if kind == "command":  # It comes again until it is acknowledged, and is done once.
        await report(socket, todo.setdefault(frame["id"], frame))
    elif kind == "ack" and request == "command_ack" and id in todo and "outcome" not in todo[id]:
        done = {"status": "completed", "result": todo[id]["parameters"]}
        todo[id]["outcome"] = done if todo[id]["command"] == "echo" else {"status": "failed", "error": "unsupported"}
        await report(socket, todo[id])
    elif kind == "ack" and request == "command_result" or kind == "error" and frame["code"] in ("CONFLICT", "NOT_FOUND", "INVALID_REQUEST"):
        todo.pop(id, None)
async def live():  # The library pings every 20 s and gives up 20 s later: it notices a silent server.
    async with websockets.connect(API.replace("http", "ws", 1) + "ws", **{HEADERS: {"X-Device-Session": token}}) as socket:
        due, listening = 0.0, asyncio.ensure_future(socket.recv())
        while True:
            if time.monotonic() >= due:
                await socket.send(json.dumps({"type": "heartbeat", "status": "healthy", "metrics": {"cpu": 12.5}}))
                due = time.monotonic() + 30
            if (await asyncio.wait({listening}, timeout=max(0, due - time.monotonic())))[0]:
                wait = await take(socket, json.loads(await listening))
                due, listening = time.monotonic() + wait if wait else due, asyncio.ensure_future(socket.recv())

while True:
    code, least = 0, 0
    try:
        token, fresh = (token, fresh) if token else (sign_in(), True)
        asyncio.run(live())
    except websockets.ConnectionClosed as over:
        code = over.rcvd.code if over.rcvd else 1006
    except (OSError, ValueError, asyncio.TimeoutError, websockets.InvalidHandshake) as refused:
        answer = getattr(refused, "response", refused)
        code, least = getattr(answer, "status_code", None) or getattr(refused, "code", 0), getattr(answer, "headers", {}).get("Retry-After", 0)
        code = 403 if code == 401 and not token else code  # The secret is wrong.
    calm, unwanted = code in (1000, 1001), code in (403, 4001, 4002)  # Calm: that gateway stops, another is there.
    token, failures = "" if unwanted or code in (401, 4003) else token, failures + (not calm and not unwanted)
    wait = random.uniform(300, 360) if unwanted else 0 if code == 401 and not fresh else max(float(least), random.uniform(0, 5 if calm else min(60, 2 ** failures)))
    print(f"over ({code}): again in {wait:.1f} s", flush=True)
    time.sleep(wait)
