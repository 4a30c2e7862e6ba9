// Driver of .NET's ClientWebSocket: dotnet run drive.cs dotnet URL TOKEN header|protocol watch|sleep.
#:property PublishAot=false
using System.Net.WebSockets;

var socket = new ClientWebSocket();
if (args[3] == "header") { socket.Options.SetRequestHeader("X-Device-Session", args[2]); } else { socket.Options.AddSubProtocol(args[2]); }
try
{
    await socket.ConnectAsync(new Uri(args[1]), default);
    Console.WriteLine("open");
    if (args[4] == "sleep") { await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System); return; }
    while ((await socket.ReceiveAsync(new byte[9999], default)).MessageType != WebSocketMessageType.Close) { }
    Console.WriteLine($"over CloseStatus {(int)socket.CloseStatus!}");
}
catch (WebSocketException fault) { Console.WriteLine($"over WebSocketException {fault.WebSocketErrorCode}, {socket.State}: {fault.Message}"); }
await Task.Delay(TimeSpan.FromHours(1), TimeProvider.System);
