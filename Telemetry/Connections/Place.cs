namespace Rollcall.Connections;

/// <summary>The place of one connection in its <see cref="ConnectionBook"/>, from its acceptance until its socket is closed.</summary>
public sealed class Place
{
    private readonly ConnectionBook _book;
    private Action? _close;
    private volatile bool _isKnown;
    private volatile bool _isAnswering;
    private volatile bool _isClosing;
    private long _since;

    internal Place(ConnectionBook book, ulong network, bool isTrusted, long now)
    {
        (_book, Network, IsTrusted, _since) = (book, network, isTrusted, now);
        InLine = new LinkedListNode<Place>(this);
        InNetwork = new LinkedListNode<Place>(this);
    }

    /// <summary>It has carried a request of somebody we know: it is not closed for others any more.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>A request of it has come and is being answered.</summary>
    public bool IsAnswering => _isAnswering;

    /// <summary>It has lost its place.</summary>
    public bool IsClosing => _isClosing;

    internal ulong Network { get; }

    internal bool IsTrusted { get; }

    /// <summary>The book's own note: its socket is counted no more.</summary>
    internal bool IsReleased { get; set; }

    /// <summary>The book's own note: nothing of it is counted any more.</summary>
    internal bool HasLeft { get; set; }

    internal LinkedListNode<Place> InLine { get; }

    internal LinkedListNode<Place> InNetwork { get; }

    /// <summary>When it came, or when its last request had been answered: a timestamp of the book's clock.</summary>
    internal long Since => Volatile.Read(ref _since);

    /// <summary>Says how the connection's socket is closed, which it is when that returns. It is so at once, when it has lost its place already.</summary>
    public void ClosesBy(Action close)
    {
        Interlocked.Exchange(ref _close, close);
        if (_isClosing)
        {
            Close();
        }
    }

    /// <summary>Somebody we know speaks. Costs a look at a flag from the second time on.</summary>
    public void Know()
    {
        if (!_isKnown)
        {
            _book.Know(this);
        }
    }

    /// <summary>A request has come.</summary>
    public void Answering() => _isAnswering = true;

    /// <summary>It has been answered.</summary>
    public void Answered()
    {
        Volatile.Write(ref _since, _book.Now);
        _isAnswering = false;
    }

    /// <summary>The connection is over and nothing is left of it. More than once is as once.</summary>
    public void Leave() => _book.Leave(this);

    internal void BecomeKnown() => _isKnown = true;

    internal void LosePlace() => _isClosing = true;

    /// <summary>Not under the book's lock: a close may come back to it.</summary>
    internal void Close()
    {
        if (Volatile.Read(ref _close) is { } close)
        {
            close();
            _book.Release(this);
        }
    }
}
