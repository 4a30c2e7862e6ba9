using Microsoft.AspNetCore.Connections.Features;

namespace Rollcall.Connections;

/// <summary>The place of one connection in its <see cref="ConnectionBook"/>, from its acceptance until its socket is closed.</summary>
public sealed class Place
{
    private readonly ConnectionBook _book;
    private Action? _close;
    private IConnectionLifetimeNotificationFeature? _lifetime;
    private volatile bool _isKnown;
    private volatile bool _isVouched;
    private volatile bool _isAnswering;
    private volatile bool _isClosing;
    private volatile bool _isUsed;
    private long _since;

    internal Place(ConnectionBook book, ulong network, bool isTrusted, long now)
    {
        (_book, Network, IsTrusted, _since) = (book, network, isTrusted, now);
        InLine = new LinkedListNode<Place>(this);
        InNetwork = new LinkedListNode<Place>(this);
        InHolder = new LinkedListNode<Place>(this);
    }

    /// <summary>It has carried a request of somebody we know that was admitted: no stranger closes it any more.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>A request of it has come and is being answered. Looked after while it is a stranger.</summary>
    public bool IsAnswering => _isAnswering;

    /// <summary>It has lost its place.</summary>
    public bool IsClosing => _isClosing;

    internal ulong Network { get; }

    internal bool IsTrusted { get; }

    /// <summary>The book's own note: its socket is counted no more.</summary>
    internal bool IsReleased { get; set; }

    /// <summary>The book's own note: nothing of it is counted any more.</summary>
    internal bool HasLeft { get; set; }

    /// <summary>The book's own note: known, but its customer holds the most, and there is no more room.</summary>
    internal bool IsSurplus { get; set; }

    /// <summary>The book's own note: it is to close when its request is answered.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>The book's own note: whoever opened a socket over it closes that in time when the program stops.</summary>
    internal bool Drains { get; set; }

    /// <summary>The book's own note: whose it is; null: nobody's yet, or not any more.</summary>
    internal Holder? Holder { get; set; }

    /// <summary>A socket or a stream is open over it.</summary>
    internal bool IsLive => Holder?.Places[(int)Standing.Live] is { } live && live == InHolder.List;

    internal LinkedListNode<Place> InLine { get; }

    internal LinkedListNode<Place> InNetwork { get; }

    internal LinkedListNode<Place> InHolder { get; }

    /// <summary>
    /// When it came, when its last request as a stranger had been answered, or when it was asked to go: a timestamp of the book's clock.
    /// </summary>
    internal long Since => Volatile.Read(ref _since);

    /// <summary>
    /// Says how the connection's socket is closed, which it is when that returns. It is so at once, when it has lost its place already.
    /// </summary>
    public void ClosesBy(Action close)
    {
        Interlocked.Exchange(ref _close, close);
        if (_isClosing)
        {
            Close();
        }
    }

    /// <summary>Says how the connection is closed once its request is answered. Without that it is closed at once.</summary>
    public void GoesBy(IConnectionLifetimeNotificationFeature? lifetime) => _lifetime = lifetime;

    /// <summary>Somebody speaks whom no customer answers for: a silo, a gateway.</summary>
    public void Know()
    {
        if (!_isKnown)
        {
            _book.Know(this);
        }
    }

    /// <summary>
    /// A token of this customer has come that is ours; whether it is still good is being asked. Holds until the request is answered.
    /// </summary>
    public void Vouch(string customer)
    {
        if (!_isKnown)
        {
            _book.Vouch(this, customer);
        }
    }

    /// <summary>A request of this customer has been admitted. Costs a look at a flag from the second time on.</summary>
    public void Know(string customer)
    {
        if (!_isKnown)
        {
            _book.Know(this, customer);
        }
    }

    /// <summary>Whether <see cref="Hold"/> would find room.</summary>
    public bool MayHold(string customer) => _book.HasRoom(this, customer);

    /// <summary>A socket or a stream of this customer is being opened over it: it is not closed as one that idles.</summary>
    /// <param name="drains">Whoever opens it closes it in time when the program stops.</param>
    /// <returns>False: no room, and it is this customer that holds the most.</returns>
    public bool Hold(string customer, bool drains) => _book.Hold(this, customer, drains);

    /// <summary>What was opened over it has ended.</summary>
    public void LetGo() => _book.LetGo(this);

    /// <summary>A request of a known one has come.</summary>
    public void Use()
    {
        if (!_isUsed)
        {
            _isUsed = true;
        }
    }

    /// <summary>A request of a stranger has come.</summary>
    public void Answering() => _isAnswering = true;

    /// <summary>It has been answered.</summary>
    public void Answered()
    {
        Volatile.Write(ref _since, _book.Now);
        _isAnswering = false;
        if (_isVouched)
        {
            _book.Doubt(this);
        }
    }

    /// <summary>The connection is over and nothing is left of it. More than once is as once.</summary>
    public void Leave() => _book.Leave(this);

    internal void BecomeVouched(bool vouched) => _isVouched = vouched;

    internal void BecomeKnown() => (_isVouched, _isKnown, IsSurplus) = (false, true, false);

    internal void BecomeAsked()
    {
        IsAsked = true;
        Volatile.Write(ref _since, _book.Now);
    }

    internal void LosePlace() => _isClosing = true;

    /// <summary>Whether a request has come since this was asked.</summary>
    internal bool TakeUsed()
    {
        var used = _isUsed;
        _isUsed = false;
        return used;
    }

    /// <summary>Not under the book's lock: a close may come back to it.</summary>
    internal void Close()
    {
        if (Volatile.Read(ref _close) is { } close)
        {
            close();
            _book.Release(this);
        }
    }

    /// <summary>Not under the book's lock, either: one that idles is closed by it.</summary>
    internal void Ask() => _lifetime?.RequestClose();
}
