namespace Rollcall.PortalApi.Hub;

/// <summary>
/// How far a client that acknowledges may fall behind. The socket does not show it: a browser reads into its own memory while the page is
/// busy, and the page then shows old updates.
/// </summary>
internal sealed class FlowWindow
{
    /// <summary>Entries sent and not acknowledged after which nothing more is sent.</summary>
    public const int Most = 2_000;

    /// <summary>Entries after which the client is asked to acknowledge: a quiet fleet needs no such messages.</summary>
    public const int Stride = 200;
    private readonly Lock _gate = new();
    private bool _acknowledges;
    private long _sent;
    private long _marked;
    private long _taken;

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return !_acknowledges || _sent - _taken < Most;
            }
        }
    }

    /// <summary>Begins a new watch: acknowledgements of the former one are not awaited.</summary>
    public void Begin(bool acknowledges)
    {
        lock (_gate)
        {
            _acknowledges = acknowledges;
            _taken = _marked = _sent;
        }
    }

    /// <summary>Notes that entries are sent.</summary>
    /// <returns>What the client is to acknowledge, when it is time: all entries sent on this connection.</returns>
    public long? Sent(int entries)
    {
        lock (_gate)
        {
            _sent += entries;
            if (!_acknowledges || _sent - _marked < Stride)
            {
                return null;
            }

            return _marked = _sent;
        }
    }

    /// <summary>The client has taken all up to a mark. A mark of a former watch is no news.</summary>
    /// <returns>False: it was never given.</returns>
    public bool Take(long mark)
    {
        lock (_gate)
        {
            _taken = Math.Max(_taken, Math.Min(mark, _marked));
            return mark >= 0 && mark <= _marked;
        }
    }
}
