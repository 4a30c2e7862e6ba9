#!/usr/bin/env python3
"""Drivers of the Python stacks: drive.py STACK URL TOKEN header|protocol watch|sleep."""
import asyncio, sys, time

stack, url, token, how, deed = sys.argv[1:]
by_header = {"X-Device-Session": token} if how == "header" else {}
protocols = [token] if how == "protocol" else []


def say(*words):
    print(*words, flush=True)


def fault(error):
    code = getattr(error, "status_code", None) or getattr(error, "status", None) or getattr(error, "code", None)
    say("over", type(error).__name__, code or str(error).split("\n")[0][:50])
    if deed == "watch":
        time.sleep(2.5)
    sys.exit()


async def on_websockets():
    import websockets
    async with websockets.connect(url, extra_headers=by_header, subprotocols=protocols or None) as socket:
        say("open")
        if deed == "sleep":
            await asyncio.sleep(3)
            return
        while True:
            await socket.recv()


async def on_aiohttp():
    import aiohttp
    async with aiohttp.ClientSession() as session, session.ws_connect(url, headers=by_header, protocols=protocols) as socket:
        say("open")
        if deed == "sleep":
            await asyncio.sleep(3)
            return
        async for message in socket:
            pass
        say("over", f"loop ends, close_code {socket.close_code}")
        await asyncio.sleep(2.5)


async def on_tornado():
    from tornado import httpclient, websocket
    socket = await websocket.websocket_connect(httpclient.HTTPRequest(url, headers=by_header), subprotocols=protocols or None)
    say("open")
    if deed == "sleep":
        await asyncio.sleep(3)
        return
    while await socket.read_message() is not None:
        pass
    say("over", f"read_message gives None, close_code {socket.close_code}")
    await asyncio.sleep(2.5)


def on_autobahn():
    from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
    from urllib.parse import urlsplit

    class Device(WebSocketClientProtocol):
        def onOpen(self):
            say("open")

        def onClose(self, clean, code, reason):
            say("over", f"onClose {code}, reason", reason.split('("')[-1].rstrip('")'))

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    factory = WebSocketClientFactory(url, headers=by_header, protocols=protocols or None)
    factory.protocol = Device
    loop.run_until_complete(loop.create_connection(factory, urlsplit(url).hostname, urlsplit(url).port))
    loop.run_until_complete(asyncio.sleep(3 if deed == "sleep" else 3600))


def on_websocket():
    import websocket
    socket = websocket.create_connection(url, header=by_header, subprotocols=protocols or None)
    say("open")
    if deed == "sleep":
        time.sleep(3)
        return
    while True:
        if not socket.recv():
            say("over", "recv gives an empty text")
            time.sleep(2.5)
            return


def on_trio():
    import trio, trio_websocket

    async def main():
        async with trio_websocket.open_websocket_url(url, subprotocols=protocols or None, extra_headers=[(name, value) for name, value in by_header.items()]) as socket:
            say("open")
            if deed == "sleep":
                await trio.sleep(3)
                return
            while True:
                try:
                    await socket.get_message()
                except trio_websocket.ConnectionClosed as closed:
                    say("over", f"ConnectionClosed {closed.reason and closed.reason.code}")
                    await trio.sleep(2.5)
                    return

    trio.run(main)


def on_ws4py():
    from ws4py.client.threadedclient import WebSocketClient

    class Device(WebSocketClient):
        def opened(self):
            say("open")

        def closed(self, code, reason=None):
            say("over", f"closed {code} {reason or ''}")

    device = Device(url, protocols=protocols or None, headers=list(by_header.items()))
    device.connect()
    time.sleep(3 if deed == "sleep" else 3600)


def on_soup():
    import gi
    gi.require_version("Soup", "3.0")
    from gi.repository import GLib, Soup
    loop, session, message = GLib.MainLoop(), Soup.Session(), Soup.Message.new("GET", url.replace("ws", "http", 1))
    for name, value in by_header.items():
        message.get_request_headers().append(name, value)

    def connected(session, result):
        global socket
        try:
            socket = session.websocket_connect_finish(result)
        except GLib.Error as error:
            say("over", f"GLib.Error {error.code}, message.get_status() {int(message.get_status())}")
            return
        say("open")
        socket.connect("closed", lambda socket: say("over", f"closed {socket.get_close_code()}"))
        socket.connect("error", lambda socket, error: say("error", error.message))

    session.websocket_connect_async(message, None, protocols, 0, None, connected)
    GLib.timeout_add_seconds(3 if deed == "sleep" else 3600, loop.quit)
    loop.run()


def on_qt(core, sockets, network):
    from importlib import import_module
    core, sockets, network = import_module(core), import_module(sockets), import_module(network)
    application, socket = core.QCoreApplication([]), sockets.QWebSocket()
    request = network.QNetworkRequest(core.QUrl(url))
    for name, value in by_header.items():
        request.setRawHeader(name.encode(), value.encode())
    socket.connected.connect(lambda: say("open"))
    failed = getattr(socket, "errorOccurred", None) or socket.error
    if hasattr(failed, "connect"):
        failed.connect(lambda code: say("error", code, socket.errorString()))
    number = lambda code: getattr(code, "value", code)
    socket.disconnected.connect(lambda: say("over", f"disconnected, closeCode {int(number(socket.closeCode()))}"))
    if protocols and hasattr(sockets, "QWebSocketHandshakeOptions"):
        options = sockets.QWebSocketHandshakeOptions()
        options.setSubprotocols(protocols)
        socket.open(request, options)
    else:
        if protocols:
            request.setRawHeader(b"Sec-WebSocket-Protocol", token.encode())
        socket.open(request)
    core.QTimer.singleShot(3000 if deed == "sleep" else 3600_000, application.quit)
    (getattr(application, "exec", None) or application.exec_)()


runs = {
    "websockets": on_websockets, "aiohttp": on_aiohttp, "tornado": on_tornado, "autobahn": on_autobahn, "websocket-client": on_websocket,
    "trio-websocket": on_trio, "ws4py": on_ws4py, "libsoup": on_soup,
    "qt5": lambda: on_qt("PyQt5.QtCore", "PyQt5.QtWebSockets", "PyQt5.QtNetwork"),
    "qt6": lambda: on_qt("PyQt6.QtCore", "PyQt6.QtWebSockets", "PyQt6.QtNetwork"),
}
try:
    run = runs[stack]
    asyncio.run(run()) if asyncio.iscoroutinefunction(run) else run()
except (KeyboardInterrupt, SystemExit):
    raise
except BaseException as error:
    fault(error)
