using System.Net;
using System.Net.Sockets;

namespace Rollcall.Support.Processes;

/// <summary>
/// Sockets that connect and say nothing, from one address of this machine or from many. Whatever the server closes is opened again.
/// </summary>
public sealed class IdleCrowd : IAsyncDisposable
{
    private const int Loopback = 127 << 24;
    private const int First = 2;
    private readonly CancellationTokenSource _end = new();
    private readonly Socket?[] _sockets;
    private readonly int _addresses;
    private readonly int[] _ports;
    private readonly Task _running;

    public IdleCrowd(int count, int addresses, params int[] ports)
    {
        (_sockets, _addresses, _ports) = (new Socket?[count], addresses, ports);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Only there are all addresses of 127/8 this machine's own.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux();

    /// <summary>Connections made so far.</summary>
    public int Made { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }

        _end.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            for (var number = 0; number < _sockets.Length && !_end.IsCancellationRequested; number++)
            {
                if (_sockets[number] is not { } socket || socket.Poll(0, SelectMode.SelectRead))
                {
                    _sockets[number]?.Dispose();
                    _sockets[number] = await ConnectAsync(number);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    private async Task<Socket?> ConnectAsync(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            patience.CancelAfter(TimeSpan.FromSeconds(1));
            socket.Bind(new IPEndPoint(IPAddress.HostToNetworkOrder(Loopback + First + (number % _addresses)) & uint.MaxValue, 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _ports[number % _ports.Length]), patience.Token);
            Made++;
            return socket;
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }
}
