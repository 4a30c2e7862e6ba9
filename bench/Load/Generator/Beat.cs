using System.Globalization;
using System.Text;

namespace Rollcall.Load.Generator;

/// <summary>A device's next beat as bytes on the wire, made once; each time only the digits of a metric are changed in place.</summary>
internal sealed class Beat
{
    private const int TimeLength = 24;
    private readonly byte[] _acknowledged = new byte[TimeLength];
    private readonly byte[] _request;
    private readonly string _token;
    private readonly int _bodyAt;
    private readonly int _cpuAt;
    private int _turn;
    private int _anything;

    public Beat(string deviceId, string token)
    {
        DeviceId = deviceId;
        _token = token;
        var body = """{"status":"healthy","metrics":{"cpu":42.17,"memory":63.4,"uptime":86400}}""";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: "
                + $"application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        _request = Encoding.ASCII.GetBytes(head + body);
        _bodyAt = head.Length;
        _cpuAt = head.Length + body.IndexOf("42.17", StringComparison.Ordinal);
        _turn = deviceId.GetHashCode(StringComparison.Ordinal) & 0xFFFF;
    }

    public string DeviceId { get; }

    public string Token => _token;

    /// <summary>The JSON of the beat that was made last.</summary>
    public ReadOnlySpan<byte> Body => _request.AsSpan(_bodyAt);

    /// <summary>The newest <c>timestamp</c> of an answer that said "stored", empty before the first. Times of this wire sort as text.</summary>
    public string Acknowledged => Encoding.ASCII.GetString(_acknowledged.AsSpan(0, _anything));

    /// <summary>The same bytes for another server, whose answers are not checked.</summary>
    public Beat Copy() => new(DeviceId, _token);

    public ReadOnlySpan<byte> Next()
    {
        var turn = _turn++;
        _request[_cpuAt] = (byte)('1' + (turn % 9));
        _request[_cpuAt + 1] = (byte)('0' + (turn / 9 % 10));
        _request[_cpuAt + 3] = (byte)('0' + (turn / 90 % 10));
        return _request;
    }

    /// <summary>The JSON of the next beat alone.</summary>
    public ReadOnlySpan<byte> NextBody()
    {
        Next();
        return Body;
    }

    /// <summary>Takes the time out of an answer that said "stored".</summary>
    public void Acknowledge(ReadOnlySpan<byte> body)
    {
        var name = "\"timestamp\":\""u8;
        var time = body.Slice(body.IndexOf(name) + name.Length, TimeLength);
        if (time.SequenceCompareTo(_acknowledged) > 0)
        {
            time.CopyTo(_acknowledged);
            _anything = TimeLength;
        }
    }
}
