#!/usr/bin/env python3
"""Runs each stack against a server that misbehaves on purpose, and prints a row of docs/clients.md for each.

A driver is called with URL TOKEN header|protocol watch|sleep. It opens one socket as its stack does by default, says `open`, then
either reads until it is over and says how (`over ...`), or sleeps 3 s as its stack's users sleep, and ends. Then http.sh: each HTTP client.
With API_URL and CREDENTIALS (a file with a line of `{deviceId, deviceSecret}` for each device) every client meets that gateway, too.
Usage: run.py NAME VERSION COMMAND..., one stack a line, from standard input, separated by tabs. `-NAME VERSION WHY` is one that is not here.
An HTTP client is `http NAME VERSION`. ROWS: a folder in which rows are kept; one that is there is not run again.
"""
import asyncio, base64, contextlib, hashlib, json, logging, os, re, socket, struct, sys, urllib.request

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtIn0.c2lnbmF0dXJl"
PATIENCE = float(os.environ.get("PATIENCE", "75"))  # Seconds that a stack gets to notice a silent server.
AT_ONCE = int(os.environ.get("AT_ONCE", "8"))  # Programs that start, or are watched for some seconds. Those that wait for silence cost nothing.
GATEWAY = os.environ.get("API_URL", "").rstrip("/")
seen = {}  # What the server saw, by the path of the URL.
places = asyncio.Semaphore(AT_ONCE)
devices = asyncio.Queue()  # Those that no client is right now: a sign-in drops the token of another that was not used yet.


async def serve(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1")
        path = head.split(" ", 2)[1]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])}
        note = seen.setdefault(path, {"count": 0})
        note["count"] += 1
        offered = [one.strip() for one in headers.get("sec-websocket-protocol", "").split(",")]
        note["header"] = headers.get("x-device-session") == TOKEN
        note["protocol"] = TOKEN in offered
        what = path.split("/")[1]
        if what == "http":
            note["type"] = headers.get("content-type", "none")
            await reader.readexactly(int(headers.get("content-length", "0")))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
            return
        if what == "refused":
            body = b'{"code":"INVALID_SESSION"}'
            writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
            await asyncio.sleep(1)
            return
        accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        echo = f"Sec-WebSocket-Protocol: {offered[0]}\r\n" if offered[0] else ""
        writer.write(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{echo}\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.5)
        if what == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        elif what == "ended":
            writer.close()
        elif what == "silent":
            writer.transport.pause_reading()
            await asyncio.sleep(PATIENCE + 5)
        else:
            writer.write(b"\x89\x02hi")
            await writer.drain()
            note["pong"] = await asyncio.wait_for(ponged(reader), 2)
            if what == "open":
                writer.write(b"\x81\x05hello\x88\x02\x03\xe8")
                await writer.drain()
                await asyncio.sleep(1)
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError, KeyError):
        pass
    finally:
        writer.close()


async def ponged(reader):
    while True:
        first, second = await reader.readexactly(2)
        length = second & 127
        if length > 125:
            length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
        await reader.readexactly(length + (4 if second & 128 else 0))
        if first & 15 == 10:
            return True


async def drive(command, what, how, port, deed="watch", patience=6.0, url=None, token=TOKEN):
    """What the server saw, what the driver said, and the seconds until it said that it is over (None: it did not)."""
    path = f"/{what}/{how}/{len(seen)}-{abs(hash(tuple(command))) % 10 ** 8}"
    seen[path] = {"count": 0}
    async with contextlib.AsyncExitStack() as place:
        await place.enter_async_context(places)
        process = await asyncio.create_subprocess_exec(
            *command, url or f"ws://127.0.0.1:{port}{path}", token, how, deed, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        lines, over, clock = [], None, asyncio.get_running_loop().time
        opened = clock()
        end = opened + 30  # A busy machine starts programs slowly.
        try:
            while line := await asyncio.wait_for(process.stdout.readline(), max(0, end - clock())):
                lines.append(line.decode(errors="replace").strip())
                if lines[-1] == "open":
                    opened, end = clock(), clock() + patience
                    if patience > 20:
                        await place.aclose()  # Its place is free while it waits.
                elif over is None and lines[-1].startswith("over"):
                    over, end = clock() - opened, clock() + 3  # Time to come back by itself.
        except asyncio.TimeoutError:
            pass
        if process.returncode is None:
            process.kill()
        await process.wait()
    return seen[path], lines, over


def cell(lines, most=90):
    over = [line[5:] for line in lines if line.startswith("over")]
    text = over[0] if over else ("nothing" if not lines or lines[-1] == "open" else lines[-1])
    return re.sub(r"127\.0\.0\.1:\d+\S*", "...", text).replace("|", "/").replace(TOKEN, "...")[:most].strip()


async def row(name, version, command, port):
    first, lines, _ = await drive(command, "open", "header", port)
    header = first.get("header", False) and "open" in lines
    how = "header" if header else "protocol"
    drives = [("open", "protocol", "watch", 6), ("refused", how, "watch", 6), ("reset", how, "watch", 6), ("ended", how, "watch", 6),
              ("sleeping", how, "sleep", 6), ("silent", how, "watch", PATIENCE + 3)]
    (named, named_lines, _), (_, refused, _), (cut, reset, _), (_, ended, _), (slept, slept_lines, _), (_, _, silent) = await asyncio.gather(
        *(drive(command, what, way, port, deed, patience) for what, way, deed, patience in drives))
    if "open" not in lines and "open" not in named_lines:
        return f"| {name} | {version} | does not run: {cell(lines)} | - | - | - | - | - | - |"
    protocol = named.get("protocol") and "open" in named_lines
    yes = lambda it: "yes" if it else "no"
    lost = cell(reset) if cell(reset) == cell(ended) else f"RST: {cell(reset, 60)}; FIN: {cell(ended, 60)}"
    return (f"| {name} | {version} | {await there(command, 'header', header)} | {await there(command, 'protocol', protocol)} | {cell(refused)} | {lost} | "
            f"{f'after {silent:.0f} s' if silent else 'nobody'} | {yes(slept.get('pong')) if 'open' in slept_lines else '-'} | {yes(cut['count'] > 1)} |")


async def there(command, how, here):
    """Whether the token goes that way: at the server here, and at the gateway."""
    if not GATEWAY:
        return "yes" if here else "no"
    secret = await devices.get()
    try:
        _, lines, _ = await drive(command, "gateway", how, 0, patience=1, url=GATEWAY.replace("http", "ws", 1) + "/api/v1/device/ws", token=await sign_in(secret))
    finally:
        devices.put_nowait(secret)
    good = "open" in lines
    return ("yes" if here else "no") if good == here else f"here {'yes' if here else 'no'}, gateway {'yes' if good else 'no: ' + cell(lines, 60)}"


async def sign_in(secret):
    request = urllib.request.Request(GATEWAY + "/api/v1/device/auth", secret.encode(), {"Content-Type": "application/json"})
    return (await asyncio.to_thread(lambda: json.load(urllib.request.urlopen(request, timeout=30))))["token"]


async def call(client, method, url, token, body=""):
    """What a program is told, in some words, and all that it says."""
    process = await asyncio.create_subprocess_exec(
        "bash", "http.sh", client, method, url, token, body, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    try:
        said = (await asyncio.wait_for(process.communicate(), 30))[0].decode(errors="replace").strip()
    except asyncio.TimeoutError:
        process.kill()
        return "nothing within 30 s", ""
    status = None if "Backtrace" in said else re.search(r"(?<!\d)[2-5]\d\d(?!\d)", re.sub(r'"[^"]*"|\{.*\}|:\d+', "", said, flags=re.S))
    lines = said.splitlines()
    words = status[0] if status else lines[-1][:60] if lines else "nothing"
    code = re.search(r'"code":"(\w+)"', said)
    return words + (f" {code[1]}" if code else ", not its code" if status and status[0] > "299" else "") + (f", exit {process.returncode}" if process.returncode else ""), said


async def http_row(name, version, port):
    client = name.split(" ")[0]
    path = f"/http/{len(seen)}"
    seen[path] = {"count": 0}
    await call(client, "POST", f"http://127.0.0.1:{port}{path}", TOKEN, "{}")
    kind = seen[path].get("type", "-")
    if not GATEWAY:
        return f"| {name} | {version} | {kind} | - | - | - | - |"
    secret = await devices.get()
    devices.put_nowait(secret)
    api = GATEWAY + "/api/v1/device"
    signed, said = await call(client, "POST", api + "/auth", "none", secret)
    token = re.search(r'"token":"([^"]+)"', said)
    signed = "yes" if token else signed
    token = token[1] if token else await sign_in(secret)
    beat, said = await call(client, "POST", api + "/heartbeat", token, '{"status":"healthy"}')
    refused, _ = await call(client, "POST", api + "/heartbeat", TOKEN, '{"status":"healthy"}')
    end, ended = await call(client, "DELETE", api + "/session", token)
    if end == "cannot":
        bye, said = await call(client, "POST", api + "/heartbeat", token, '{"status":"offline"}')
        taken = "taken" if '"stored":true' in said else bye
        end = f"cannot; a beat with `offline` is {taken}"
    beat = "yes" if '"stored":true' in said else beat
    end = "yes" if end[:1] == "2" or end == "nothing" or '"success":true' in ended else end
    return f"| {name} | {version} | {kind} | {signed} | {beat} | {refused} | {end} |"


async def kept(name, make):
    """The row from the folder, or made and put there."""
    file = os.environ.get("ROWS") and os.path.join(os.environ["ROWS"], re.sub(r"\W", "-", name))
    if file and os.path.exists(file):
        return open(file).read()
    made = await make()
    if file:
        os.makedirs(os.environ["ROWS"], exist_ok=True)
        open(file, "w").write(made)
    print(name, file=sys.stderr, flush=True)
    return made


async def main():
    stacks = [line.rstrip("\n").split("\t") for line in sys.stdin if line.strip()]
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for secret in open(os.environ["CREDENTIALS"]) if GATEWAY else []:
        devices.put_nowait(secret.strip())

    def placed(name, version, *command):
        if name.startswith("-"):
            return asyncio.sleep(0, f"| {name[1:]} | {version or '-'} | not run: {command[0]} | - | - | - | - | - | - |")
        return kept(name, lambda: row(name, version, [part for part in command if part], port))

    print("| stack | version | header token | subprotocol | a refused handshake (401) | a cut line | who notices a silent server | pong while it sleeps | reconnects by itself |")
    print("|---|---|---|---|---|---|---|---|---|")
    print("\n".join(await asyncio.gather(*(placed(*stack) for stack in stacks if stack[0].lstrip("-") != "http"))), flush=True)
    clients = [stack for stack in stacks if stack[0].lstrip("-") == "http"]
    if not clients:
        return
    print("\n| HTTP client | version | `Content-Type` by itself | sign-in | beat | a refused beat (401) | DELETE of the session |\n|---|---|---|---|---|---|---|")
    for mark, name, version, *why in clients:  # One after the other: they are one device.
        print(f"| {name} | {version or '-'} | not run: {why[0]} | - | - | - | - |" if mark[0] == "-" else await kept("http " + name, lambda: http_row(name, version, port)), flush=True)


logging.disable()  # Of drivers that are ended.
asyncio.run(main())
