using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rollcall.Load.Generator;

/// <summary>
/// One device on one connection, in a closed loop: the next beat goes out when the former is answered. No task and no
/// allocation a beat, because the generator shares the machine with what it measures.
/// </summary>
internal sealed class VirtualUser : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SocketAsyncEventArgs _receive = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _received = new byte[4096];
    private readonly Beat _beat;
    private readonly Transport _transport;
    private readonly Tally _tally;
    private int _length;
    private long _sentAt;
    private volatile bool _stopping;

    public VirtualUser(int port, Beat beat, Transport transport, Tally tally)
    {
        _beat = beat;
        _transport = transport;
        _tally = tally;
        _receive.Completed += (_, _) => Go(arrived: true);
        _socket.Connect(IPAddress.Loopback, port);
        transport.Open(_socket);
    }

    /// <summary>Completes when the answer after <see cref="Stop"/> is there, or the connection broke.</summary>
    public Task Ended => _ended.Task;

    public void Start()
    {
        Send();
        Go(arrived: false);
    }

    public void Stop() => _stopping = true;

    public void Dispose()
    {
        _socket.Dispose();
        _receive.Dispose();
    }

    private void Send()
    {
        _sentAt = Stopwatch.GetTimestamp();
        _socket.Send(_transport.Next());
    }

    private void Go(bool arrived)
    {
        try
        {
            while (true)
            {
                if (arrived && !Take())
                {
                    _ended.TrySetResult();
                    return;
                }

                _receive.SetBuffer(_received, _length, _received.Length - _length);
                if (_socket.ReceiveAsync(_receive))
                {
                    return;
                }

                arrived = true;
            }
        }
        catch (Exception broken) when (broken is SocketException or LoadException or ObjectDisposedException)
        {
            _tally.Error(broken.Message);
            _ended.TrySetResult();
        }
    }

    /// <returns>Whether there is something more to receive.</returns>
    private bool Take()
    {
        if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
        {
            _tally.Error("the connection was closed");
            return false;
        }

        _length += _receive.BytesTransferred;
        while (_transport.TryRead(_received.AsSpan(0, _length), out var message))
        {
            var answers = message.IsAnswer;
            if (answers)
            {
                Count(message);
            }

            _received.AsSpan(message.Length, _length - message.Length).CopyTo(_received);
            _length -= message.Length;
            if (answers && _stopping)
            {
                return false;
            }

            if (answers)
            {
                Send();
            }
        }

        return true;
    }

    private void Count(ReceivedAnswer answer)
    {
        if (answer.Status == 200 && answer.Body.IndexOf("\"stored\":true"u8) >= 0)
        {
            _tally.Success(Stopwatch.GetTimestamp() - _sentAt);
            _beat.Acknowledge(answer.Body);
        }
        else
        {
            _tally.Error(Describe(answer));
        }
    }

    /// <summary>One text for each kind of error: without its times and ids.</summary>
    private static string Describe(ReceivedAnswer answer)
    {
        var at = answer.Body.IndexOf("\"code\":\""u8);
        return answer.Status == 202 ? "202, received but not stored"
            : at < 0 ? $"{answer.Status}"
            : $"{answer.Status} {Encoding.UTF8.GetString(answer.Body[at..].Slice(8, answer.Body[(at + 8)..].IndexOf((byte)'"')))}";
    }
}
