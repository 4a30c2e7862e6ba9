using Rollcall.Portal.Shell;

namespace Rollcall.Portal.SignIn;

/// <summary>Why nobody is signed in.</summary>
public enum SignedOut { NoToken, ByUser, Expired, Refused }

/// <summary>Who is signed in: the token of this tab, and until when.</summary>
public sealed class UserSession
{
    private static readonly TimeSpan WarnBefore = TimeSpan.FromMinutes(15);
    private readonly Browser _browser;
    private readonly ServerClock _clock;

    public UserSession(Browser browser, ServerClock clock, Ticker ticker)
    {
        (_browser, _clock) = (browser, clock);
        ticker.Ticked += CheckExpiry;
    }

    public string? Token { get; private set; }

    public TokenClaims? Claims { get; private set; }

    public SignedOut Why { get; private set; }

    public event Action? Changed;

    public bool IsOperator => Claims?.Role >= Role.Operator;

    public bool IsOwner => Claims?.Role >= Role.Owner;

    /// <summary>What is left, once it is short enough to be said.</summary>
    public TimeSpan? Ending => Claims?.ExpiresAt - _clock.Now is { } left && left < WarnBefore ? left : null;

    /// <summary>Begins with the token that the link left in this tab.</summary>
    public void Open()
    {
        if (_browser.ReadToken() is { Length: > 0 } token && !SignIn(token))
        {
            End(SignedOut.Refused);
        }
    }

    /// <returns>False: that is no token.</returns>
    public bool SignIn(string pasted)
    {
        var token = TokenClaims.In(pasted);
        if (TokenClaims.Read(token) is not { } claims)
        {
            return false;
        }

        (Token, Claims) = (token, claims);
        _browser.KeepToken(token);
        Changed?.Invoke();
        return true;
    }

    public void End(SignedOut why)
    {
        (Token, Claims, Why) = (null, null, why);
        _browser.KeepToken(null);
        Changed?.Invoke();
    }

    /// <summary>The server does not believe the token any more.</summary>
    public void Refuse() => End(Claims?.ExpiresAt < _clock.Now + TimeSpan.FromSeconds(30) ? SignedOut.Expired : SignedOut.Refused);

    private void CheckExpiry()
    {
        if (Claims?.ExpiresAt <= _clock.Now)
        {
            End(SignedOut.Expired);
        }
    }
}
