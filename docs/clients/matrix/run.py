#!/usr/bin/env python3
"""Runs each stack against a server that misbehaves on purpose, and prints a row of docs/clients.md for each.

A driver is called with URL TOKEN header|protocol watch|sleep. It opens one socket as its stack does by default, says `open`, then
either reads until it is over and says how (`over ...`), or sleeps 3 s as its stack's users sleep, and ends.
Usage: run.py NAME VERSION COMMAND..., one stack a line, from standard input, separated by tabs.
"""
import asyncio, base64, hashlib, logging, os, re, socket, struct, sys

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtIn0.c2lnbmF0dXJl"
PATIENCE = float(os.environ.get("PATIENCE", "75"))  # Seconds that a stack gets to notice a silent server.
seen = {}  # What the server saw, by the path of the URL.


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


async def drive(command, what, how, port, deed="watch", patience=6.0):
    """What the server saw, what the driver said, and the seconds until it said that it is over (None: it did not)."""
    path = f"/{what}/{how}/{len(seen)}-{abs(hash(tuple(command))) % 10 ** 8}"
    seen[path] = {"count": 0}
    process = await asyncio.create_subprocess_exec(
        *command, f"ws://127.0.0.1:{port}{path}", TOKEN, how, deed, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    lines, over, clock = [], None, asyncio.get_running_loop().time
    opened = clock()
    end = opened + 30  # A busy machine starts programs slowly.
    try:
        while line := await asyncio.wait_for(process.stdout.readline(), max(0, end - clock())):
            lines.append(line.decode(errors="replace").strip())
            if lines[-1] == "open":
                opened, end = clock(), clock() + patience
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
        return f"| {name} | {version} | not run here: {cell(lines)} | - | - | - | - | - | - |"
    yes = lambda it: "yes" if it else "no"
    lost = cell(reset) if cell(reset) == cell(ended) else f"RST: {cell(reset, 60)}; FIN: {cell(ended, 60)}"
    return (f"| {name} | {version} | {yes(header)} | {yes(named.get('protocol') and 'open' in named_lines)} | {cell(refused)} | {lost} | "
            f"{f'after {silent:.0f} s' if silent else 'nobody'} | {yes(slept.get('pong')) if 'open' in slept_lines else '-'} | {yes(cut['count'] > 1)} |")


async def main():
    stacks = [line.rstrip("\n").split("\t") for line in sys.stdin if line.strip()]
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    places = asyncio.Semaphore(int(os.environ.get("AT_ONCE", "8")))

    async def placed(name, version, command):
        if not command:
            return f"| {name} | {version} | not run here | - | - | - | - | - | - |"
        async with places:
            return await row(name, version, command, port)

    rows = await asyncio.gather(*(placed(name, version, [part for part in command if part]) for name, version, *command in stacks))
    print("\n".join(rows))


logging.disable()  # Of drivers that are ended.
asyncio.run(main())
